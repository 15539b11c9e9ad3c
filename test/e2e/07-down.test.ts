import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { labPaths, network } from '../../deploy/lab/paths.ts';

const DEMO = join(import.meta.dirname, '../../deploy/demo/main.ts');

describe('npm run demo -- --down', () => {
  it('leaves no trace on the machine but the cache', async () => {
    const { exitCode, all } = await execa(process.execPath, [DEMO, '--down'], {
      stdin: 'ignore',
      reject: false,
      all: true,
    });
    expect(exitCode, all).toBe(0);
    expect(await traces()).toEqual([]);
  });

  it('is harmless when there is nothing', async () => {
    const { exitCode, all } = await execa(process.execPath, [DEMO, '--down'], {
      stdin: 'ignore',
      reject: false,
      all: true,
    });
    expect(exitCode, all).toBe(0);
  });
});

/** Everything of the lab that a machine could still have: processes, mounts, loop devices, bridge, routes, directories. */
async function traces(): Promise<string[]> {
  const { state, pins } = labPaths();
  const mounts = (await readFile('/proc/mounts', 'utf8'))
    .split('\n')
    .filter((line) => line.includes(state) || line.includes(pins));
  const { stdout: loops } = await execa('losetup', ['--noheadings', '--output', 'BACK-FILE']);
  const { stdout: links } = await execa('ip', ['--oneline', 'link']);
  const { stdout: routes } = await execa('ip', ['route']);
  const directories = await Promise.all(
    [state, pins].map((path) =>
      readdir(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return [
    ...(await processesInLab()),
    ...mounts,
    ...loops.split('\n').filter((line) => line.includes(state)),
    ...links.split('\n').filter((line) => line.includes(network.bridge)),
    ...routes.split('\n').filter((line) => line.includes('172.30.0.') || line.includes('10.30.')),
    ...directories.flat(),
  ];
}

async function processesInLab(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => ({ pid, groups: await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '') })),
  );
  return lines.filter(({ groups }) => groups.includes('/cflab')).map(({ pid }) => `process ${pid}`);
}
