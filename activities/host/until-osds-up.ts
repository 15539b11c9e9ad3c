import { readOsdState } from '../../src/ceph/admin-socket.ts';
import { readOsdDump, type OsdDump } from '../../src/ceph/read-osds.ts';
import type { OsdsUp, UntilOsdsUpInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { hostPaths } from '../../src/manifests/names.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { until } from '../ceph/waiting.ts';

/** `ceph osd dump` takes processor time that booting OSDs need, so before they say themselves that they joined it is asked this seldom. */
const ASK_CEPH_EVERY_MILLISECONDS = 5000;

/**
 * Waits until every named OSD of this host is up in the map with the uuid of the plan: an id alone could be another disk's. Their admin
 * sockets only tell when it is worth to ask the mons, whose word alone counts. Changes nothing.
 */
export async function untilOsdsUp(
  deps: AgentDeps,
  { cluster, dataDir, osds, timeoutSeconds }: UntilOsdsUpInput,
): Promise<OsdsUp> {
  const session = await sessionOf(deps, cluster);
  const { sockets } = hostPaths(dataDir, cluster);
  let askedAt = Number.NEGATIVE_INFINITY;
  let told = 'no OSD has said that it runs';
  return until<OsdsUp>({
    timeoutSeconds: timeoutSeconds ?? 300,
    kubernetesIsAway: session.kubernetesIsAway,
    look: async () => {
      const states = await Promise.all(osds.map(({ id }) => readOsdState(sockets, id)));
      const joined = states.every((state) => state === 'active');
      if (!joined && performance.now() - askedAt < ASK_CEPH_EVERY_MILLISECONDS) return { waiting: told };
      askedAt = performance.now();
      const missing = notUp(await readOsdDump(session), osds);
      if (missing.length === 0) return { done: { up: osds.map(({ id }) => id).sort((a, b) => a - b) } };
      told = `${osds.length - missing.length} of ${osds.length} OSDs are up; ${missing.join(', ')}`;
      return { waiting: told };
    },
    giveUp: (because) => failure('OSD_NOT_UP', `Not every OSD of ${cluster} came up ${because}`),
  });
}

const NAMED_AT_MOST = 5;

/** A phrase per OSD that is not up as planned, at most five and a count. */
export function notUp({ osds: map }: OsdDump, planned: UntilOsdsUpInput['osds']): string[] {
  const missing = planned.flatMap(({ id, uuid, node }) => {
    const osd = map.find((candidate) => candidate.osd === id);
    if (osd === undefined) return [`osd.${id} on ${node} is not in the map`];
    if (osd.uuid !== uuid) return [`osd.${id} on ${node} has uuid ${osd.uuid} in the map, not ${uuid}`];
    return osd.up === 1 ? [] : [`osd.${id} on ${node} is down`];
  });
  if (missing.length <= NAMED_AT_MOST) return missing;
  return [...missing.slice(0, NAMED_AT_MOST), `and ${missing.length - NAMED_AT_MOST} more`];
}
