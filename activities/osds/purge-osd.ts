import { askCeph, runCeph } from '../../src/ceph/ceph.ts';
import { readAuth } from '../../src/ceph/read-mons.ts';
import { osdTreeSchema, readOsds } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { forgetWeight } from './drain-osd.ts';
import { endByOwnCheck, untilDown } from './end-by-own-check.ts';
import { isSame } from './same-osd.ts';

const NOT_THERE = 2;
const NOT_EMPTY = 39;

/**
 * Takes an OSD out of OSD map, CRUSH map and key list, by Ceph's own check and never by force, and reads back that it is in none of them. Its
 * pod must be proven gone. Takes an empty bucket of its host as well. A repeat finds it gone.
 * @throws NOT_SAFE_TO_DESTROY with Ceph's own words
 */
export async function purgeOsd(deps: AgentDeps, input: OsdInput & { bucket: string | null }): Promise<Applied> {
  const { cluster, osd, bucket } = input;
  const session = await sessionOf(deps, cluster);
  const there = await isSame(session, osd);
  if (there) {
    await untilDown(session, osd.id);
    await endByOwnCheck(session, 'purge', osd);
    await requireGone(session, osd);
  }
  await forgetWeight(session, osd.uuid);
  if (bucket !== null) await removeEmptyBucket(session, bucket);
  return { already: !there };
}

async function requireGone(session: CephSession, { id, uuid }: OsdInput['osd']): Promise<void> {
  const { dump } = await readOsds(session);
  const { nodes } = await askCeph(session, ['osd', 'tree'], osdTreeSchema);
  const left = [
    ...(dump.osds.some((osd) => osd.uuid === uuid) ? ['the OSD map'] : []),
    ...(nodes.some((node) => node.id === id) && !dump.osds.some((osd) => osd.osd === id) ? ['the CRUSH map'] : []),
    ...((await readAuth(session, `osd.${id}`)) !== undefined && !dump.osds.some((osd) => osd.osd === id)
      ? ['the list of keys']
      : []),
  ];
  if (left.length > 0) throw failure('COMMAND_FAILED', `osd.${id} was purged and is still in ${left.join(', ')}`);
}

async function removeEmptyBucket(session: CephSession, bucket: string): Promise<void> {
  const { nodes } = await askCeph(session, ['osd', 'tree'], osdTreeSchema);
  const host = nodes.find(({ name, type }) => name === bucket && type === 'host');
  if (host === undefined || host.children.length > 0) return;
  await runCeph(session, ['osd', 'crush', 'rm', bucket], { answers: [0, NOT_THERE, NOT_EMPTY] });
}
