import { readOsds } from '../../src/ceph/read-osds.ts';
import type { OsdsIn, UntilOsdsInInput } from '../../src/contract/osd-activities.ts';
import { osdDifferences } from '../../src/domain/osd-differences.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { until } from '../ceph/waiting.ts';

const DEFAULT_TIMEOUT_SECONDS = 180;

/**
 * Waits until each of these OSDs is up, in, of its class and in its place of the CRUSH map, by uuid. Changes nothing; a repeat looks again.
 * @throws OSD_NOT_UP with what is otherwise
 */
export async function untilOsdsIn(deps: AgentDeps, input: UntilOsdsInInput): Promise<OsdsIn> {
  const { cluster, osds, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = input;
  const session = await sessionOf(deps, cluster);
  const uuids = osds.map(({ osdUuid }) => osdUuid);
  return until<OsdsIn>({
    timeoutSeconds,
    kubernetesIsAway: session.kubernetesIsAway,
    look: async () => {
      const seen = (await readOsds(session)).osds;
      const wrong = osdDifferences(osds, seen, uuids);
      if (wrong.length > 0) return { waiting: wrong.slice(0, 5).join('; ') };
      return { done: { osds: seen.filter(({ uuid }) => uuids.includes(uuid)).map(({ id, uuid }) => ({ id, uuid })) } };
    },
    giveUp: (because) => failure('OSD_NOT_UP', `New OSDs of ${cluster} do not serve as planned ${because}`),
  });
}
