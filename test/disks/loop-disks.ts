import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { DiskHost } from '../../src/disks/disk-host.ts';

const GIBIBYTE = 2 ** 30;

/** Why real block devices cannot be made here; `null` where they can. */
export const loopDevicesMissing: string | null =
  process.getuid?.() !== 0 ? 'not root' : existsSync('/dev/loop-control') ? null : 'no /dev/loop-control';

if (loopDevicesMissing) console.warn(`skipping tests on real loop devices: ${loopDevicesMissing}`);

export interface LoopDisk {
  /** Its node in this test's own /dev. */
  path: string;
  kernelName: string;
  file: string;
  id: string;
  sizeBytes: number;
}

/** A host with a /dev of its own that shows only the loop devices made here, as a node of the lab has. */
export class LoopHost {
  readonly directory = mkdtempSync(join(tmpdir(), 'cephflow-disks-'));
  readonly host: DiskHost = {
    node: 'n1',
    dev: join(this.directory, 'dev'),
    sys: '/sys',
    udevData: join(this.directory, 'udev'),
    mountinfo: ['/proc/self/mountinfo'],
    swaps: '/proc/swaps',
    locksDir: join(this.directory, 'locks'),
    kernelLog: join(this.directory, 'kmsg'),
    procStat: '/proc/stat',
  };
  readonly #attached: string[] = [];
  readonly #mounted: string[] = [];

  async addDisk({
    sizeBytes = 6 * GIBIBYTE,
    file = join(this.directory, `disk${this.#attached.length}.img`),
  } = {}): Promise<LoopDisk> {
    await writeFile(file, '', { flag: 'a' });
    await truncate(file, sizeBytes);
    return this.attach(file);
  }

  async attach(file: string): Promise<LoopDisk> {
    const { stdout: device } = await execa('losetup', ['-f', '--show', file]);
    this.#attached.push(device);
    const path = join(this.host.dev, basename(device));
    await this.#makeNode(device, path);
    const { size: sizeBytes } = await stat(file);
    return { path, kernelName: basename(device), file, id: `loop:${file}`, sizeBytes };
  }

  async #makeNode(device: string, path: string): Promise<void> {
    const { stdout } = await execa('stat', ['-c', '%Hr %Lr', device]);
    await mkdir(this.host.dev, { recursive: true });
    await rm(path, { force: true });
    await execa('mknod', [path, 'b', ...stdout.split(' ')]);
  }

  /** Gives the node of one disk to another, as when names move at a reboot. */
  async swapNodes(one: LoopDisk, other: LoopDisk): Promise<void> {
    await this.#makeNode(`/dev/${other.kernelName}`, one.path);
    await this.#makeNode(`/dev/${one.kernelName}`, other.path);
  }

  /** Makes a second node for a disk and returns its path. */
  async copyNode(disk: LoopDisk, name: string): Promise<string> {
    const path = join(this.host.dev, name);
    await this.#makeNode(`/dev/${disk.kernelName}`, path);
    return path;
  }

  async moveNode(disk: LoopDisk, name: string): Promise<string> {
    await this.removeNode(disk);
    return this.copyNode(disk, name);
  }

  /** Gives a disk a sysfs of its own, with further files, to show what this kernel cannot make (partitions, stacked devices). */
  async fakeSysfs(disk: LoopDisk, more: Record<string, string>): Promise<void> {
    const number = (await readFile(join('/sys/block', disk.kernelName, 'dev'), 'utf8')).trim();
    const directory = join(this.directory, 'sys', 'block', disk.kernelName);
    const real = ['dev', 'size', 'ro', 'removable', 'loop/backing_file'];
    const files = await Promise.all(
      real.map(async (name) => [name, await readFile(join('/sys/block', disk.kernelName, name))]),
    );
    for (const [name, content] of [...files, ...Object.entries(more)] as [string, string | Buffer][]) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    await mkdir(join(this.directory, 'sys', 'dev', 'block'), { recursive: true });
    await symlink(directory, join(this.directory, 'sys', 'dev', 'block', number));
    this.host.sys = join(this.directory, 'sys');
  }

  async removeNode(disk: LoopDisk): Promise<void> {
    await rm(disk.path);
  }

  async mount(disk: LoopDisk): Promise<string> {
    const at = join(this.directory, `mount ${this.#mounted.length}`);
    await mkdir(at);
    await execa('mount', [disk.path, at]);
    this.#mounted.push(at);
    return at;
  }

  async remove(): Promise<void> {
    for (const at of this.#mounted) await execa('umount', [at]);
    for (const device of this.#attached) {
      // Read-only would stay with the device's number and meet whoever gets it next.
      await execa('blockdev', ['--setrw', device]);
      await execa('losetup', ['-d', device]);
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Writes bytes to a disk and waits until they are there. */
export async function writeAt(disk: LoopDisk, offsetBytes: number, bytes: Buffer): Promise<void> {
  const handle = await open(disk.path, 'r+');
  await handle.write(bytes, 0, bytes.length, offsetBytes);
  await handle.sync();
  await handle.close();
}

export async function readAt(disk: LoopDisk, offsetBytes: number, lengthBytes: number): Promise<Buffer> {
  const handle = await open(disk.path, 'r');
  const { buffer } = await handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes);
  await handle.close();
  return buffer;
}
