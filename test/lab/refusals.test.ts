import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { clashingAddress } from '../../deploy/lab/network.ts';
import { neededDiskBytes, neededMemoryBytes, requireFit, type Machine } from '../../deploy/lab/preflight.ts';
import { programSource } from '../../deploy/lab/programs/ensure.ts';
import { debianSiteOf } from '../../deploy/lab/images/base.ts';
import { parseCount, parseSizeBytes } from '../../deploy/lab/sizes.ts';

const fit: Machine = { platform: 'linux', userId: 0, memoryBytes: neededMemoryBytes, freeDiskBytes: neededDiskBytes };

describe('a machine that the lab cannot use', () => {
  it('is told in one sentence what it lacks', () => {
    expect(() => requireFit(fit)).not.toThrow();
    expect(() => requireFit({ ...fit, platform: 'darwin' })).toThrow(/^The lab needs Linux, .* this is darwin\.$/);
    expect(() => requireFit({ ...fit, userId: 1000 })).toThrow(/must run as root, .* user 1000; use sudo\.$/);
    expect(() => requireFit({ ...fit, memoryBytes: 5.4 * 1024 ** 3 })).toThrow(/6 GiB of memory, .* shows 5\.4 GiB\.$/);
    expect(() => requireFit({ ...fit, freeDiskBytes: 2 * 1024 ** 3 })).toThrow(
      /15 GiB free .* there are 2\.0 GiB; make room\.$/,
    );
  });

  it('is none of 6 GiB, although its kernel shows less', () => {
    const shownBytes = 5_912_436 * 1024;
    expect(() => requireFit({ ...fit, memoryBytes: shownBytes })).not.toThrow();
  });

  it('is told which address is in the way', () => {
    const loopback = { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] };
    const harmless = { ifname: 'eth0', addr_info: [{ family: 'inet', local: '172.30.1.5', prefixlen: 24 }] };
    const wide = { ifname: 'vpn0', addr_info: [{ family: 'inet', local: '10.8.0.1', prefixlen: 8 }] };
    const inside = { ifname: 'br-x', addr_info: [{ family: 'inet', local: '172.30.0.77', prefixlen: 32 }] };
    expect(clashingAddress([loopback, harmless])).toBeUndefined();
    expect(clashingAddress([loopback, wide])).toMatchObject({ interface: 'vpn0', range: '10.30.0.0/16' });
    expect(clashingAddress([inside])).toEqual({ interface: 'br-x', address: '172.30.0.77/32', range: '172.30.0.0/24' });
  });

  it('is told when a build from Go modules is asked for and there is no go', async () => {
    const path = process.env['PATH'];
    process.env['LAB_SOURCE'] = 'go';
    process.env['PATH'] = '/nowhere';
    try {
      await expect(programSource()).rejects.toThrow(
        'LAB_SOURCE asks for a build from Go modules, but no go is on PATH.',
      );
      process.env['LAB_SOURCE'] = 'guess';
      await expect(programSource()).rejects.toThrow(/LAB_SOURCE is "guess"/);
      delete process.env['LAB_SOURCE'];
      await expect(programSource()).resolves.toBe('release');
    } finally {
      process.env['PATH'] = path;
      delete process.env['LAB_SOURCE'];
    }
  });
});

describe('the command line', () => {
  const lab = (...args: string[]) =>
    execa('node', [join(import.meta.dirname, '../../deploy/lab/main.ts'), ...args], { reject: false });

  it('refuses what it does not understand with exit code 2 and one sentence', async () => {
    const size = await lab('up', '--disk-size', '6G');
    expect(size).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: '"6G" is not a size; write it as 6GiB, 512MiB or 1TiB.',
    });
    const suite = await lab('up', '--ceph', 'sarge');
    expect(suite.exitCode).toBe(2);
    expect(suite.stderr).toMatch(/^No Ceph image can be made for "sarge", because .* bookworm, trixie, forky\.$/);
  });

  it('prints an environment that a shell can evaluate', async () => {
    const { stdout, exitCode } = await lab('env');
    expect(exitCode).toBe(0);
    const shown = await execa('sh', [], { input: `${stdout}\necho "$TEMPORAL_ADDRESS"; echo "$PATH"` });
    expect(shown.stdout.split('\n')[0]).toBe('172.30.0.1:7233');
    expect(shown.stdout.split('\n')[1]).toMatch(/\/kubernetes-1\.34\.4:.*\/temporal-1\.8\.2:/);
  });
});

describe('sizes and counts', () => {
  it('reads binary units only', () => {
    expect(parseSizeBytes('6GiB')).toBe(6 * 1024 ** 3);
    expect(parseSizeBytes('512MiB')).toBe(512 * 1024 ** 2);
    expect(() => parseSizeBytes('6GB')).toThrow(/is not a size/);
    expect(() => parseSizeBytes('-1GiB')).toThrow(/is not a size/);
  });

  it('reads whole numbers within bounds only', () => {
    expect(parseCount('nodes', '3', { least: 1, most: 100 })).toBe(3);
    for (const text of ['0', '101', '3.5', 'three', '', ' 3', '-3']) {
      expect(() => parseCount('nodes', text, { least: 1, most: 100 })).toThrow(/is not a number of nodes/);
    }
  });
});

describe("the machine's package source", () => {
  it("is Debian's main archive, not security, not another vendor's", () => {
    const targets = [
      'Packages Google cloud-sdk main http://other.example/apt',
      'Packages Debian Debian-Security main http://security.example/debian-security',
      'DEP-11 Debian Debian main http://wrong.example/debian',
      'Packages Debian Debian main http://mirror.example/debian',
    ];
    expect(debianSiteOf(targets.join('\n'))).toBe('http://mirror.example/debian');
    expect(debianSiteOf('Packages Ubuntu Ubuntu main http://mirror.example/ubuntu')).toBeUndefined();
  });
});
