import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { labEnvironment } from '../../../deploy/lab/environment.ts';
import { labPaths } from '../../../deploy/lab/paths.ts';
import { labStatus } from '../../../deploy/lab/status.ts';
import type { DiskState } from '../../../deploy/lab/disks.ts';
import { until } from '../../../deploy/lab/until.ts';

const main = join(import.meta.dirname, '../../../deploy/lab/main.ts');

/** Runs `npm run lab -- ...` and returns how it ended. */
export async function labCommand(args: string[], env: Record<string, string> = {}) {
  return execa('node', [main, ...args], { reject: false, env });
}

export async function kubectl(args: string[], input = ''): Promise<string> {
  return (await execa('kubectl', args, { env: labEnvironment(), input })).stdout;
}

export async function temporal(args: string[]): Promise<string> {
  return (await execa('temporal', args, { env: { ...labEnvironment(), HOME: labPaths().state } })).stdout;
}

/** The names of the nodes that Kubernetes calls Ready, sorted. */
export async function nodesReady(): Promise<string[]> {
  const path = '{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const lines = (await kubectl(['get', 'nodes', '-o', `jsonpath=${path}`])).split('\n');
  return lines
    .filter((line) => line.endsWith(' True'))
    .map((line) => line.split(' ')[0] ?? '')
    .toSorted();
}

/** Pids of every recorded program of the lab that lives. */
export async function labPids(): Promise<number[]> {
  const components = (await labStatus())?.components ?? [];
  return components.flatMap((component) => component.pid ?? []);
}

export async function disksOf(node: string): Promise<DiskState[]> {
  return (await labStatus())?.nodes.find((one) => one.name === node)?.disks ?? [];
}

/** Block devices that a node has in its /dev, as a privileged pod would find them. */
export async function devicesIn(node: string): Promise<string[]> {
  const pins = join(labPaths().pins, `${node}.mnt`);
  const { stdout } = await execa('nsenter', [`--mount=${pins}`, '--', 'find', '/dev', '-maxdepth', '1', '-type', 'b']);
  return stdout.split('\n').filter(Boolean).toSorted();
}

/** An `up` in a process of its own, to be killed. */
export function startingLab(): { untilStarted: (component: string) => Promise<void>; kill: () => Promise<void> } {
  const child = execa('node', [main, 'up'], { reject: false });
  return {
    untilStarted: (component) =>
      until(`up has started ${component}`, 60, () =>
        existsSync(join(labPaths().state, 'processes', `${component}.json`)),
      ),
    kill: async () => {
      child.kill('SIGKILL');
      await child;
    },
  };
}

/** True when a program on a node can open a TCP connection to "address:port". */
export async function connects(node: string, target: string): Promise<boolean> {
  const network = `--net=${join(labPaths().pins, `${node}.net`)}`;
  const asked = await execa(
    'nsenter',
    [network, '--', 'socat', '-T', '2', '/dev/null', `TCP:${target},connect-timeout=2`],
    { reject: false },
  );
  return asked.exitCode === 0;
}
