import { mkdirSync, mkdtempSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockDevice } from '../../src/disks/block-devices.ts';
import { deviceFingerprint } from '../../src/disks/device-fingerprint.ts';
import { thisHost } from '../../src/disks/disk-host.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { readIoErrors } from '../../src/disks/io-errors.ts';
import { LoopHost, loopDevicesMissing } from './loop-disks.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cephflow-io-errors-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (name: string, content: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
};
const hostOf = () => ({
  ...thisHost('n1'),
  udevData: join(root, 'udev'),
  kernelLog: join(root, 'kmsg'),
  procStat: join(root, 'stat'),
});
const device = (kernelName: string, type: BlockDevice['type'] = 'disk'): BlockDevice => ({
  kernelName,
  majorMinor: '8:16',
  path: `/dev/${kernelName}`,
  sysPath: join(root, 'sys', kernelName),
  type,
  sizeBytes: 1,
});
/** An error of a device, so many seconds after boot, as the kernel logs it. */
const logError = (name: string, seconds: number): void =>
  appendFileSync(join(root, 'kmsg'), `3,1,${seconds}000000,-;I/O error, dev ${name}, sector ${seconds}\n`);
const countOf = async (one: BlockDevice) => (await readIoErrors(hostOf(), [one]))?.get(one.kernelName)?.count ?? 0;

describe('the I/O errors of a disk', () => {
  beforeEach(() => put('stat', 'cpu 1 2 3\nbtime 1000000000\n'));

  it('are counted, with the time and place of the last and the counter of the drive', async () => {
    put('sys/sdb/device/ioerr_cnt', '0x1f\n');
    logError('sdb', 10);
    logError('sdb', 20);
    const seen = await readIoErrors(hostOf(), [device('sdb'), device('sdc')]);
    expect([...(seen ?? [])]).toEqual([
      ['sdb', { count: 2, lastAt: '2001-09-09T01:47:00.000Z', sector: 20, driveCounts: '1f' }],
    ]);
  });

  it('grow by what the kernel logs later, and the same log says the same twice', async () => {
    logError('sdb', 10);
    expect(await countOf(device('sdb'))).toBe(1);
    expect(await countOf(device('sdb'))).toBe(1);
    logError('sdb', 20);
    expect(await countOf(device('sdb'))).toBe(2);
  });

  it('are not known where the log or the time of boot cannot be read, which is no error', async () => {
    expect(await readIoErrors(hostOf(), [device('sdb')])).toBeNull();
    put('stat', '');
    logError('sdb', 10);
    expect(await readIoErrors(hostOf(), [device('sdb')])).toBeNull();
  });

  it('are not known where the log opens and cannot be read, and are once it can', async () => {
    mkdirSync(join(root, 'kmsg'));
    expect(await readIoErrors(hostOf(), [device('sdb')])).toBeNull();
    rmSync(join(root, 'kmsg'), { recursive: true });
    logError('sdb', 10);
    expect(await countOf(device('sdb'))).toBe(1);
  });

  it('begin when udev saw the disk', async () => {
    put('udev/b8:16', 'I:15000000\nE:ID_SERIAL=x\n');
    logError('sdb', 10);
    logError('sdb', 20);
    expect(await countOf(device('sdb'))).toBe(1);
  });

  it('begin anew where another medium was put in under the same name', async () => {
    put('sys/sdb/diskseq', '7');
    logError('sdb', 10);
    expect(await countOf(device('sdb'))).toBe(1);
    put('sys/sdb/diskseq', '8');
    logError('sdb', 20);
    expect(await countOf(device('sdb'))).toBe(0);
    logError('sdb', 30);
    expect(await countOf(device('sdb'))).toBe(1);
  });

  it('of a loop device are those since its file was seen, and none where files cannot be told apart', async () => {
    put('sys/loop0/diskseq', '7');
    logError('loop0', 10);
    logError('loop1', 10);
    expect(await countOf(device('loop0', 'loop'))).toBe(0);
    expect(await countOf(device('loop1', 'loop'))).toBe(0);
    logError('loop0', 20);
    logError('loop1', 20);
    expect(await countOf(device('loop0', 'loop'))).toBe(1);
    expect(await countOf(device('loop1', 'loop'))).toBe(0);
  });
});

describe.skipIf(loopDevicesMissing)('the I/O errors of a real loop device', () => {
  let loops: LoopHost;
  beforeEach(() => {
    loops = new LoopHost();
  });
  afterEach(() => loops.remove());

  it('change the fingerprint at the first, the tenth and the hundredth, and not in between', async () => {
    const { kernelName } = await loops.addDisk();
    loops.host.kernelLog = join(root, 'kmsg');
    put('kmsg', '');
    let logged = 0;
    const lookAt = async (count: number): Promise<string> => {
      while (logged < count) logError(kernelName, (logged += 1));
      return deviceFingerprint(loops.host);
    };
    const looks: string[] = [];
    for (const count of [0, 1, 9, 10, 11, 99, 100, 101]) looks.push(await lookAt(count));
    const [none, first, ninth, tenth, eleventh, ninetyNinth, hundredth, more] = looks;
    expect([ninth, eleventh, ninetyNinth, more]).toEqual([first, tenth, tenth, hundredth]);
    expect(new Set([none, first, tenth, hundredth]).size).toBe(4);
  });

  it('are part of its facts, by the word of this kernel', async (context) => {
    const disk = await loops.addDisk();
    const healthy = await loops.addDisk();
    const ioErrors = async (path: string) => (await readDisks(loops.host)).find((one) => one.path === path)?.ioErrors;
    expect(await ioErrors(disk.path)).toBeNull();
    loops.host.kernelLog = '/dev/kmsg';
    context.skip((await ioErrors(disk.path)) === null, 'the log of this kernel cannot be read');
    await truncate(disk.file, 0);
    await execa('blockdev', ['--flushbufs', disk.path]);
    // The look reads the label, which fails; the kernel leaves lines out where many come at once, so it may take more than one.
    await expect.poll(() => ioErrors(disk.path), { timeout: 15_000 }).toMatchObject({ lastAt: expect.any(String) });
    expect(await ioErrors(healthy.path)).toBeUndefined();
  });
});
