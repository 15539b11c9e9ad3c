import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** What a lab could leave on a machine: lines that name one thing each. */
export type Traces = ReadonlySet<string>;

/** Directories in which programs of the lab could leave something, and how deep to look. */
const watched: [path: string, depth: number][] = [
  ['/', 1],
  ['/run', 2],
  ['/var/lib', 1],
  ['/var/lib/containers', 2],
  ['/var/log', 1],
  ['/etc', 1],
  ['/etc/cni', 3],
  ['/opt', 1],
  ['/usr/libexec', 2],
  ['/dev', 2],
  ['/root', 1],
];

/** Reads the machine. Directories whose content comes and goes with other programs are left out by the caller. */
export async function readTraces(): Promise<Traces> {
  const lines = async (kind: string, program: string, args: string[]): Promise<string[]> => {
    const { stdout } = await execa(program, args, { reject: false });
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${kind}: ${line.trim()}`);
  };
  const found = await Promise.all([
    mounts(),
    processes(),
    lines('interface', 'ls', ['/sys/class/net']),
    lines('route', 'ip', ['route', 'show', 'table', 'all', 'type', 'unicast']),
    lines('loop device', 'losetup', ['--list', '--noheadings', '--raw', '--output', 'NAME,BACK-FILE']),
    lines('control group', 'find', ['/sys/fs/cgroup', '-maxdepth', '2', '-type', 'd', '-name', 'cflab*']),
    lines('firewall rule', 'iptables-save', []),
    ...watched.map(([path, depth]) => entries(path, depth)),
  ]);
  return new Set(found.flat().filter((line) => !line.startsWith('firewall rule: #')));
}

/**
 * What is there now and was not before, sorted. A terminal that somebody opened meanwhile is none of the lab's, and an empty loop device
 * stays in the kernel for the next program that asks for one; one that still has a file is a line of its own.
 */
export function newTraces(before: Traces, after: Traces): string[] {
  return [...after].filter((line) => !before.has(line) && !NOBODYS.test(line)).toSorted();
}

const NOBODYS = /^file: \/dev\/(pts\/|loop\d+$|block\/7:\d+$)/;

async function mounts(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => `mount: ${line.split(' ')[4]}`);
}

/** Processes whose program or arguments name a part of the lab. */
async function processes(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  const lab =
    /^(\S*\/)?(etcd|kube-\S+|kubelet|containerd\S*|runc|temporal|systemd-udevd|buildah|mmdebstrap|catatonit|pause)\0/;
  return commands
    .filter((command) => lab.test(command) || command.includes('cephflow-lab/'))
    .map((command) => `process: ${command.replaceAll('\0', ' ')}`);
}

async function entries(path: string, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const found = await readdir(path, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    found.map((entry) => entries(join(path, entry.name), entry.isDirectory() ? depth - 1 : 0)),
  );
  return found.map((entry) => `file: ${join(path, entry.name)}`).concat(...below);
}
