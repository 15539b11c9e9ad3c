import type { WipedDisk, WipeOwnDiskInput } from '../../src/contract/ceph-activities.ts';
import type { GuardRequest } from '../../src/disks/guard.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { osdUuid as osdUuidOn } from '../../src/domain/osd-uuid.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { wipeGuarded } from './wipe-guarded.ts';

/**
 * Wipes a disk that carries an OSD of the given cluster and proves it by reads from the disk itself. A disk that is clean already is
 * proven and never written to; a disk with anything else on it is refused by the guard. May be killed and repeated.
 */
export async function wipeOwnDisk(deps: AgentDeps, input: WipeOwnDiskInput): Promise<WipedDisk> {
  return wipeGuarded(deps, { disk: input.disk, expected: await expectedOn(deps, input) });
}

async function expectedOn(
  { host }: AgentDeps,
  { disk, cephFsid, osdUuid: approved }: WipeOwnDiskInput,
): Promise<GuardRequest['expected']> {
  const [facts] = await readDisks(host, disk);
  if (facts === undefined) throw failure('DISK_CHANGED', `Disk ${disk.id} (${disk.path}) of ${disk.node} is not there`);
  // A half-made label names no cluster yet: it is ours only by the uuid that is made from cluster, host and disk, as in the plan.
  const unfinished = osdUuidOn(cephFsid, disk.node, disk.id);
  const own = facts.labels.filter(
    ({ cephFsid: owner, ready, osdUuid: uuid }) =>
      owner === cephFsid || (owner === null && !ready && uuid === unfinished),
  );
  const uuids = [...new Set(own.flatMap(({ osdUuid }) => osdUuid ?? []))].sort();
  const [osdUuid, ...more] = uuids;
  if (more.length > 0)
    throw failure(
      'DISK_CHANGED',
      `Disk ${disk.path} of ${disk.node} carries labels of several OSDs: ${uuids.join(', ')}`,
    );
  if (approved !== undefined && osdUuid !== undefined && osdUuid !== approved)
    throw failure(
      'DISK_CHANGED',
      `Disk ${disk.path} of ${disk.node} carries the OSD ${osdUuid}, and ${approved} was approved to be wiped`,
    );
  return osdUuid === undefined ? { kind: 'blank' } : { kind: 'label', cephFsid, osdUuid };
}
