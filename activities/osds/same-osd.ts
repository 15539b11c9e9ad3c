import { readOsdDump, type OsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';

const findIn = ({ osds }: OsdDump, { id, uuid }: OsdInput['osd']) =>
  osds.find((osd) => osd.osd === id && osd.uuid === uuid);

/** The id is still that of the approved OSD. */
export const isSame = async (session: CephSession, osd: OsdInput['osd']): Promise<boolean> =>
  findIn(await readOsdDump(session), osd) !== undefined;

/** @throws DISK_CHANGED where the id is another OSD's by now, or nobody's */
export async function requireSame(session: CephSession, osd: OsdInput['osd']): Promise<void> {
  requireIn(await readOsdDump(session), osd);
}

/**
 * What the map says of the approved OSD.
 * @throws DISK_CHANGED where the id is another OSD's by now, or nobody's
 */
export function requireIn(dump: OsdDump, osd: OsdInput['osd']): OsdDump['osds'][number] {
  const found = findIn(dump, osd);
  if (found !== undefined) return found;
  throw failure('DISK_CHANGED', `osd.${osd.id} is not the OSD ${osd.uuid} that was approved`);
}
