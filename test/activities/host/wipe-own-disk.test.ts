import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wipeOwnDisk } from '../../../activities/host/wipe-own-disk.ts';
import type { WipedDisk } from '../../../src/contract/ceph-activities.ts';
import { osdUuid } from '../../../src/domain/osd-uuid.ts';
import { CEPH_FSID, completeLabel, FOREIGN_FSID, labelBytes, OSD_UUID } from '../../disks/label-bytes.ts';
import { LoopHost, loopDevicesMissing, writeAt, type LoopDisk } from '../../disks/loop-disks.ts';
import { fakeAgent } from '../fake-agent.ts';

describe.skipIf(loopDevicesMissing)('the wipe of an own disk', () => {
  let loops: LoopHost;
  let disk: LoopDisk;
  beforeEach(async () => {
    loops = new LoopHost();
    disk = await loops.addDisk();
  });
  afterEach(() => loops.remove());

  const wipe = async (): Promise<WipedDisk> => {
    const deps = { ...(await fakeAgent()).deps, host: loops.host };
    const { path, id, sizeBytes } = disk;
    const input = { cluster: 'rook-ceph', cephFsid: CEPH_FSID, disk: { node: 'n1', path, id, sizeBytes } };
    return (await new MockActivityEnvironment().run(() => wipeOwnDisk(deps, input))) as WipedDisk;
  };
  const labelled = (label: Buffer): Promise<void> => writeAt(disk, 0, label);

  it('takes an OSD of the cluster away, and says already when called again', async () => {
    await labelled(completeLabel(CEPH_FSID, OSD_UUID));
    expect(await wipe()).toEqual({ id: disk.id, already: false });
    expect(await wipe()).toEqual({ id: disk.id, already: true });
  });

  it('takes away what a killed mkfs of the cluster left, known by the uuid of cluster, host and disk', async () => {
    await labelled(labelBytes({ osdUuid: osdUuid(CEPH_FSID, 'n1', disk.id) }));
    expect(await wipe()).toEqual({ id: disk.id, already: false });
  });

  it.each([
    ['an OSD that another cluster is making', () => labelBytes({ osdUuid: osdUuid(FOREIGN_FSID, 'n1', disk.id) })],
    ['an OSD of another cluster', () => completeLabel(FOREIGN_FSID, OSD_UUID)],
  ])('refuses %s', async (_, label) => {
    await labelled(label());
    await expect(wipe()).rejects.toMatchObject({ code: 'DISK_CHANGED' });
  });
});
