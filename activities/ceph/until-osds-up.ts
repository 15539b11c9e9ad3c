import { readOsdDump, type OsdDump } from '../../src/ceph/read-osds.ts';
import type { OsdsUp, UntilOsdsUpInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { until } from './waiting.ts';

/** Waits until every named OSD is up with the uuid of the plan: an id alone could be another disk's. Changes nothing. */
export async function untilOsdsUp(
  deps: AgentDeps,
  { cluster, osds, timeoutSeconds }: UntilOsdsUpInput,
): Promise<OsdsUp> {
  const session = await sessionOf(deps, cluster);
  return until<OsdsUp>({
    timeoutSeconds: timeoutSeconds ?? 300,
    look: async () => {
      const missing = notUp(await readOsdDump(session), osds);
      if (missing.length === 0) return { done: { up: osds.map(({ id }) => id).sort((a, b) => a - b) } };
      return { waiting: `${osds.length - missing.length} of ${osds.length} OSDs are up; ${missing.join(', ')}` };
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
