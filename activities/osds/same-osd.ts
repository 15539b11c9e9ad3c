import { readOsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';

/** The id is still that of the approved OSD. */
export async function isSame(session: CephSession, { id, uuid }: OsdInput['osd']): Promise<boolean> {
  return (await readOsdDump(session)).osds.some((osd) => osd.osd === id && osd.uuid === uuid);
}

/** @throws DISK_CHANGED where the id is another OSD's by now, or nobody's */
export async function requireSame(session: CephSession, osd: OsdInput['osd']): Promise<void> {
  if (await isSame(session, osd)) return;
  throw failure('DISK_CHANGED', `osd.${osd.id} is not the OSD ${osd.uuid} that was approved`);
}
