import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOsd } from '../../../activities/host/create-osd.ts';
import type { CreatedOsd } from '../../../src/contract/ceph-activities.ts';
import { completeLabel, labelBytes, OSD_UUID } from '../../disks/label-bytes.ts';
import { LoopHost, loopDevicesMissing, readAt, writeAt, type LoopDisk } from '../../disks/loop-disks.ts';
import { fakeCeph, FSID } from '../ceph/fake-ceph.ts';

const RATIOS = { full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, pools: [] };
const inMap = (up_from: number, state: string[]) => ({
  'osd dump': { ...RATIOS, osds: [{ osd: 3, uuid: OSD_UUID, up: 0, in: 0, up_from, state }] },
  'auth get osd.3': [{ entity: 'osd.3', key: 'k', caps: {} }],
});

describe.skipIf(loopDevicesMissing)('making an OSD', () => {
  let loops: LoopHost;
  let disk: LoopDisk;
  let label: string;
  beforeEach(async () => {
    loops = new LoopHost();
    disk = await loops.addDisk();
    label = join(loops.directory, 'label');
    await writeFile(label, completeLabel(FSID, OSD_UUID));
  });
  afterEach(() => loops.remove());

  /** Stand-in of mkfs that writes the label's file onto the disk. */
  const writesLabel = () => `dd if=${label} of=${disk.path} bs=4096 oflag=direct conv=notrunc status=none`;
  const make = async (upFrom: number, state: string[] = [], mkfs = writesLabel()) => {
    const { deps, calls } = await fakeCeph(inMap(upFrom, state), { 'ceph-osd': mkfs });
    const { path, id, sizeBytes } = disk;
    const input = { cluster: 'rook-ceph', fsid: FSID, osdUuid: OSD_UUID, disk: { node: 'n1', path, id, sizeBytes } };
    const agent = { ...deps, host: loops.host, loopDevices: 'allowed' as const };
    const made = (await new MockActivityEnvironment().run(() => createOsd(agent, input))) as CreatedOsd;
    return { made, calls: await calls() };
  };

  it('on a blank disk gives no other disk to mkfs, whatever the document says of a second one', async () => {
    const { made, calls } = await make(0);
    expect(made).toEqual({ osdId: 3, osdUuid: OSD_UUID, already: false });
    const mkfs = calls.find((call) => call.startsWith('ceph-osd '));
    for (const device of ['block', 'block-db', 'block-wal'])
      expect(mkfs).toMatch(new RegExp(`--bluestore-${device}-path=( |$)`));
  });

  it('believes the disk, not the exit code of mkfs', async () => {
    await expect(make(0, [], 'exit 0')).rejects.toThrow('its label says nothing');
    await writeFile(label, labelBytes({ osdUuid: OSD_UUID, meta: { ceph_fsid: FSID, whoami: '3' } }));
    await expect(make(0)).rejects.toThrow(`its label says osd.3 (${OSD_UUID}, not ready) at 0`);
  });

  it('that another mkfs wrote counts as none', async () => {
    await writeFile(label, completeLabel(FSID, OSD_UUID.replaceAll('2', '3')));
    await expect(make(0)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await writeAt(disk, 0, Buffer.alloc(4096));
    const meta = { ceph_fsid: FSID, whoami: '4', mkfs_done: 'yes', ready: 'ready' };
    await writeFile(label, labelBytes({ osdUuid: OSD_UUID, meta }));
    await expect(make(0)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });

  it('refuses to make one anew that has served and whose disk is blank now: its data would be lost unnoticed', async () => {
    await expect(make(17)).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect((await readAt(disk, 0, 4096)).every((byte) => byte === 0)).toBe(true);
  });

  it('goes on with one that took the id of a destroyed one and was never in', async () => {
    expect((await make(17, ['exists', 'new'])).made).toMatchObject({ osdId: 3, already: false });
  });

  it('finds one that is complete, whether it has served or not', async () => {
    await writeAt(disk, 0, completeLabel(FSID, OSD_UUID));
    expect((await make(17)).made).toEqual({ osdId: 3, osdUuid: OSD_UUID, already: true });
  });
});
