import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { labDown, labUp } from '../../../deploy/lab/lab.ts';
import { labPaths } from '../../../deploy/lab/paths.ts';
import { labStatus } from '../../../deploy/lab/status.ts';
import { disksOf, kubectl, labCommand, labPids, nodesReady, startingLab, temporal } from './running.ts';
import { newTraces, readTraces, type Traces } from './traces.ts';

/**
 * The life of a lab on the real machine: takes down whatever lab there is and leaves a fresh one running.
 * Needs root, and the machine to itself.
 */
export function labLifecycleStories(): void {
  describe('the life of a lab', () => {
    let before: Traces;

    beforeAll(async () => {
      await labUp();
      await labDown();
      before = await readTraces();
    });

    for (const [name, act] of Object.entries(refusals)) it(name, act);

    it('has every node Ready in under 15 s when the cache is warm, with the Ceph image in it', async () => {
      const started = performance.now();
      const lab = await labUp();
      expect((performance.now() - started) / 1000).toBeLessThan(15);
      expect(await nodesReady()).toEqual(['n1', 'n2', 'n3']);
      const images = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].status.images[*].names[*]}']);
      for (const image of lab.cephImages) expect(images.split(' ').filter((name) => name === image)).toHaveLength(3);
    });

    it('is left alone by a second up', async () => {
      const pids = await labPids();
      const started = performance.now();
      await labUp();
      expect((performance.now() - started) / 1000).toBeLessThan(5);
      expect(await labPids()).toEqual(pids);
    });

    it('comes back, with what it stored, after every one of its processes was killed', async () => {
      await kubectl(['create', 'configmap', 'survives-a-crash', '--namespace=default']);
      await temporal(['operator', 'namespace', 'create', 'survives-a-crash']);
      for (const pid of await labPids()) process.kill(pid, 'SIGKILL');
      await labUp();
      expect(await nodesReady()).toEqual(['n1', 'n2', 'n3']);
      await kubectl(['get', 'configmap', 'survives-a-crash', '--namespace=default']);
      await temporal(['operator', 'namespace', 'describe', 'survives-a-crash']);
    });

    it('is completed by up after an up that was killed half-way, and no second one works beside it', async () => {
      await labDown();
      const killed = startingLab();
      await killed.untilStarted('apiserver');
      await expect(labUp()).rejects.toThrow(/being changed by another command \(process \d+\)/);
      await killed.kill();
      await labUp();
      expect(await nodesReady()).toEqual(['n1', 'n2', 'n3']);
    });

    it('is the same lab, cold, after down --keep and up: disks, objects and workflow history', async () => {
      const disk = (await disksOf('n1'))[0];
      await writeAt(disk?.device ?? '', 1024 ** 2, 'written before');
      await kubectl(['create', 'configmap', 'kept', '--namespace=default']);
      await temporal(['operator', 'namespace', 'create', 'kept']);
      await labDown({ keep: 'state' });
      const left = newTraces(before, await readTraces());
      expect(left.filter((line) => line !== `file: ${labPaths().state}`)).toEqual([]);
      expect(await readAt(disk?.file ?? '', 1024 ** 2, 14)).toBe('written before');
      await labUp();
      await kubectl(['get', 'configmap', 'kept', '--namespace=default']);
      await temporal(['operator', 'namespace', 'describe', 'kept']);
      expect((await labStatus())?.nodes.map((node) => node.ready)).toEqual(['Ready', 'Ready', 'Ready']);
    });

    it('leaves no trace on the machine after down, with pods running, and down once more is harmless', async () => {
      const image = (await labUp()).cephImages[0] ?? '';
      await kubectl(['run', 'left-behind', `--image=${image}`, '--privileged', '--command', '--', 'sleep', 'infinity']);
      await kubectl(['wait', '--for=condition=Ready', 'pod/left-behind', '--timeout=60s']);
      await labDown();
      expect(newTraces(before, await readTraces())).toEqual([]);
      await labDown();
      expect(newTraces(before, await readTraces())).toEqual([]);
      await labUp();
    });
  });
}

async function writeAt(path: string, position: number, text: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(text, position);
  await handle.sync();
  await handle.close();
}

async function readAt(path: string, position: number, length: number): Promise<string> {
  const handle = await open(path, 'r');
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  await handle.close();
  return buffer.toString();
}

/** Run while there is no lab. Each looks that nothing was made. */
const refusals: Record<string, () => Promise<void>> = {
  'refuses a foreign bridge of its name, and makes nothing': async () => {
    await execa('ip', ['link', 'add', 'cflab0', 'type', 'bridge']);
    try {
      const up = await labCommand(['up']);
      expect(up).toMatchObject({ exitCode: 2 });
      expect(up.stderr).toMatch(
        /^The lab's network cannot be made because an interface cflab0 that is not the lab's own exists/,
      );
      expect(existsSync(labPaths().state)).toBe(false);
    } finally {
      await execa('ip', ['link', 'delete', 'cflab0']);
    }
  },

  'refuses when a foreign address lies in its network, and makes nothing': async () => {
    await execa('ip', ['address', 'add', '172.30.0.77/32', 'dev', 'lo']);
    try {
      const up = await labCommand(['up']);
      expect(up).toMatchObject({ exitCode: 2 });
      expect(up.stderr).toMatch(
        /^The lab's network cannot be made because the address 172\.30\.0\.77\/32 of interface lo/,
      );
      expect(existsSync(join(labPaths().state, 'lab.json'))).toBe(false);
    } finally {
      await execa('ip', ['address', 'delete', '172.30.0.77/32', 'dev', 'lo']);
    }
  },

  'refuses with nowhere to get the programs from, and makes nothing': async () => {
    const cache = join(labPaths().cache, 'empty-for-test');
    const env = {
      LAB_CACHE: cache,
      LAB_SOURCE: 'release',
      LAB_TEMPORAL_URL: 'http://127.0.0.1:9',
      LAB_KUBERNETES_URL: 'http://127.0.0.1:9',
    };
    const up = await labCommand(['up'], env);
    expect(up).toMatchObject({ exitCode: 2 });
    expect(up.stderr).toMatch(/127\.0\.0\.1:9\/.* cannot be downloaded .*install Go 1\.26 or newer/);
    expect(existsSync(labPaths().state)).toBe(false);
    await execa('rm', ['-rf', cache]);
  },

  'tells a command that needs a lab that there is none': async () => {
    for (const args of [['status'], ['kubectl', 'get', 'nodes'], ['disk', 'add', 'n1'], ['node', 'stop', 'n1']]) {
      expect(await labCommand(args)).toMatchObject({
        exitCode: 2,
        stderr: 'There is no lab on this machine; make one with: npm run lab -- up',
      });
    }
  },
};
