import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabRefusal } from './refusal.ts';
import { until } from './until.ts';

const mount = '/sys/fs/cgroup';
const controllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'hugetlb',
  'systemd',
  'unified',
];

/** Every process of the lab is in a group below this one; that is how all of them are found again. */
const top = 'cflab';

/** The hierarchies that the machine has: one for version 2, one for each controller for version 1. */
export function cgroupHierarchies(): string[] {
  if (existsSync(join(mount, 'cgroup.controllers'))) return [mount];
  const found = controllers.map((name) => join(mount, name)).filter((path) => existsSync(join(path, 'cgroup.procs')));
  if (found.length === 0)
    throw new LabRefusal(`The lab cannot run containers here because no control groups are mounted on ${mount}.`);
  return found;
}

/** Makes the group that a node's kubelet gets as its root, and one beside it for the node's daemons. Idempotent. */
export async function makeNodeCgroup(node: string): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    for (const part of [top, `${top}/${node}`]) await makeGroup(hierarchy, part);
  }
}

/** The path that kubelet calls its cgroup root. */
export function nodeCgroup(node: string): string {
  return `/${top}/${node}`;
}

/**
 * The `cgroup.procs` file of a leaf group for daemons: `control`, or a node's name. Made when missing.
 * One hierarchy is enough: daemons are grouped to be found, not to be limited.
 */
export async function daemonProcsFile(owner: string): Promise<string> {
  const group = join(trackingHierarchy(), top, owner, 'daemons');
  await mkdir(group, { recursive: true });
  return join(group, 'cgroup.procs');
}

/** Kills every process of an owner (`control`, a node, or `''` for the whole lab) and waits until none is left. */
export async function killCgroup(owner: string): Promise<void> {
  await until(`the processes of ${owner === '' ? 'the lab' : owner} are gone`, 60, async () => {
    const pids = await pidsBelow(join(trackingHierarchy(), top, owner));
    for (const pid of pids) killQuietly(pid);
    return pids.length === 0;
  });
}

/** Removes an owner's groups in every hierarchy, after its processes are gone. */
export async function removeCgroup(owner: string): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    const group = join(hierarchy, top, owner);
    await until(`control group ${group} is gone`, 60, () => removeTree(group));
  }
}

function trackingHierarchy(): string {
  const all = cgroupHierarchies();
  const chosen = all.find((path) => path.endsWith('/pids')) ?? all[0];
  if (chosen === undefined) throw new Error('no control group hierarchy');
  return chosen;
}

async function makeGroup(hierarchy: string, group: string): Promise<void> {
  const path = join(hierarchy, group);
  if (hierarchy === mount) await delegateControllers(dirname(path));
  await mkdir(path, { recursive: true });
  if (hierarchy === mount) await delegateControllers(path);
  if (!hierarchy.endsWith('/cpuset')) return;
  // A version 1 cpuset group without CPUs and memory nodes refuses every process.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(join(path, file), await readFile(join(dirname(path), file), 'utf8'));
  }
}

async function delegateControllers(group: string): Promise<void> {
  const available = (await readFile(join(group, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean);
  for (const controller of available) {
    await writeFile(join(group, 'cgroup.subtree_control'), `+${controller}`).catch((error: unknown) => {
      if (!['cpu', 'memory', 'pids', 'cpuset'].includes(controller)) return;
      throw new LabRefusal(
        `The lab cannot run containers here because the controller "${controller}" cannot be handed to groups below ${group} ` +
          `(${error instanceof Error ? error.message : String(error)}); run the lab on the machine itself, not inside a container.`,
      );
    });
  }
}

async function pidsBelow(group: string): Promise<number[]> {
  const own = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  const below = await Promise.all((await childGroups(group)).map((child) => pidsBelow(child)));
  return own
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .concat(...below);
}

async function removeTree(group: string): Promise<boolean> {
  for (const child of await childGroups(group)) await removeTree(child);
  await rmdir(group).catch(() => undefined);
  return !existsSync(group);
}

async function childGroups(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone between being listed and being killed, which is what was wanted.
  }
}
