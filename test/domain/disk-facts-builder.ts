import type { BlueStoreLabel, DiskFacts } from '../../src/contract/disk.ts';
import type { DiskSelection, SelectedDisk } from '../../src/domain/disk-selection.ts';

export const FSID = '11111111-1111-4111-8111-111111111111';
export const OTHER_FSID = '99999999-9999-4999-8999-999999999999';
export const UUID = '22222222-2222-4222-8222-222222222222';
export const OTHER_UUID = '33333333-3333-4333-8333-333333333333';

/** A clean disk of 10 GiB, changed as told. */
export const aDisk = (changes: Partial<DiskFacts> = {}): DiskFacts => ({
  path: '/dev/sdb',
  kernelName: 'sdb',
  majorMinor: '8:16',
  type: 'disk',
  id: 'wwn:0x5000c500a1b2c3d4',
  aliases: ['/dev/disk/by-id/wwn-0x5000c500a1b2c3d4'],
  model: null,
  sizeBytes: 10 * 2 ** 30,
  rotational: true,
  readOnly: false,
  removable: false,
  mounts: [],
  holders: [],
  partitions: [],
  signatures: [],
  labels: [],
  holdsSystem: false,
  exclusiveOpenError: null,
  readError: null,
  ...changes,
});

/** Label of our completed OSD, changed as told. */
export const aLabel = (changes: Partial<BlueStoreLabel> = {}): BlueStoreLabel => ({
  offsetBytes: 0,
  osdUuid: UUID,
  cephFsid: FSID,
  osdId: 3,
  mkfsDone: true,
  ready: true,
  ...changes,
});

export const selected = (facts: DiskFacts, by: DiskSelection['by'] = 'all'): SelectedDisk => ({
  facts,
  selection: { by, because: by === 'none' ? 'not listed in devices' : 'useAllDevices', config: {} },
});
