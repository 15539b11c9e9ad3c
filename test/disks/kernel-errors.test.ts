import { describe, expect, it } from 'vitest';
import { MOST_IO_ERRORS } from '../../src/contract/disk.ts';
import { addRecords, errorsSince, noKernelErrors, wholeDevice } from '../../src/disks/kernel-errors.ts';

/** Records as /dev/kmsg gives them, a second apart. */
function logOf(...texts: string[]) {
  const known = noKernelErrors();
  texts.forEach((text, index) => addRecords(known, `3,${index},${index + 1}000000,-;${text}\n SUBSYSTEM=block\n`));
  return known;
}
const sectors = (device: string, ...texts: string[]) =>
  errorsSince(logOf(...texts), device, 0).map(({ sector }) => sector ?? null);

describe('the log of the kernel', () => {
  it.each([
    ['blk_update_request: I/O error, dev sdb, sector 123 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0', 123],
    ['I/O error, dev sdb, sector 0 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 2', 0],
    ['print_req_error: I/O error, dev sdb, sector 7', 7],
    ['blk_update_request: critical medium error, dev sdb, sector 99 op 0x0:(READ) flags 0x0', 99],
    ['critical target error, dev sdb, sector 5 op 0x0:(READ) flags 0x0', 5],
    ['Buffer I/O error on dev sdb, logical block 0, async page read', null],
    ['Buffer I/O error on dev sdb2, logical block 642, lost async page write', null],
    ['Buffer I/O error on device sdb1, logical block 3', null],
  ])('tells of a failing disk: %s', (text, sector) => {
    expect(sectors('sdb', text)).toEqual([sector]);
  });

  it.each([
    'critical target error, dev sdb, sector 2048 op 0x3:(DISCARD) flags 0x800 phys_seg 1 prio class 0',
    'critical target error, dev sdb, sector 2048 op 0x9:(WRITE_ZEROES) flags 0x0',
    'device offline error, dev sdb, sector 8 op 0x1:(WRITE) flags 0x0',
    'sd 0:0:0:0: [sdb] tag#0 FAILED Result: hostbyte=DID_OK',
    'EXT4-fs (sdb1): I/O error while writing superblock',
    'I/O error, dev sdba, sector 1',
  ])('tells no fault of sdb by: %s', (text) => {
    expect(sectors('sdb', text)).toEqual([]);
  });

  it('counts nothing that a program wrote, and understands what a newer kernel adds to a record', () => {
    const known = noKernelErrors();
    addRecords(known, '11,1,1000000,-;I/O error, dev sdb, sector 1\n');
    addRecords(
      known,
      '3,2,2000000,-,caller=T12;I/O error, dev sdb, sector 2\n I/O error, dev sdb, sector 3\nnonsense\n',
    );
    expect(errorsSince(known, 'sdb', 0)).toEqual([{ at: 2_000_000, sector: 2 }]);
    expect(known.newestAt).toBe(2_000_000);
  });

  it('blames a new disk for nothing that is older than its coming', () => {
    const error = (name: string) => `I/O error, dev ${name}, sector 1 op 0x0:(READ) flags 0x0`;
    expect(sectors('sdb', error('sdb'), 'sd 2:0:0:0: [sdb] Attached SCSI disk')).toEqual([]);
    expect(sectors('sdb', 'sd 2:0:0:0: [sdb] Attached SCSI disk', error('sdb'))).toEqual([1]);
    expect(sectors('sdb', error('sdb'), 'sd 2:0:0:0: [sdc] Attached SCSI disk')).toEqual([1]);
    expect(sectors('nvme0n1', error('nvme0n1'), 'nvme nvme0: pci function 0000:01:00.0')).toEqual([]);
    expect(sectors('nvme10n1', error('nvme10n1'), 'nvme nvme1: pci function 0000:01:00.0')).toEqual([1]);
    const virtio = 'virtio_blk virtio4: [vdc] 20971520 512-byte logical blocks (10.7 GB/10.0 GiB)';
    expect(sectors('vdc', error('vdc'), virtio)).toEqual([]);
    expect(errorsSince(logOf(error('sdb'), error('sdb')), 'sdb', 1_000_000)).toHaveLength(1);
  });

  it('does not fill the memory of an agent whose disk is dying', () => {
    const lines = Array.from({ length: MOST_IO_ERRORS + 5 }, (_, sector) => `I/O error, dev sdb, sector ${sector}`);
    const found = sectors('sdb', ...lines);
    expect([found.length, found.at(-1)]).toEqual([MOST_IO_ERRORS, MOST_IO_ERRORS + 4]);
  });
});

it.each([
  ['sdb', 'sdb'],
  ['sdb12', 'sdb'],
  ['vda1', 'vda'],
  ['xvdf2', 'xvdf'],
  ['nvme0n1', 'nvme0n1'],
  ['nvme0n1p2', 'nvme0n1'],
  ['loop12', 'loop12'],
  ['loop0p1', 'loop0'],
  ['mmcblk0p1', 'mmcblk0'],
  ['dm-0', 'dm-0'],
  ['md127p1', 'md127'],
])('%s is on %s', (name, whole) => {
  expect(wholeDevice(name)).toBe(whole);
});
