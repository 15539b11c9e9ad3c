import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import { requireFreeNetwork } from './network.ts';
import { labPaths } from './paths.ts';
import { LabRefusal } from './refusal.ts';

const gibibyte = 1024 ** 3;
/** What a machine of 6 GiB shows: firmware, the kernel itself and a crash kernel take up to half a GiB before anybody counts. */
export const neededMemoryBytes = 5.5 * gibibyte;
export const neededDiskBytes = 15 * gibibyte;

/** What is known of the machine before anything is made. */
export type Machine = { platform: string; userId: number; memoryBytes: number; freeDiskBytes: number };

/** Refuses, in one sentence, a machine on which the lab cannot work. */
export function requireFit(machine: Machine): void {
  if (machine.platform !== 'linux') {
    throw new LabRefusal(
      `The lab needs Linux, because it makes namespaces and loop devices, and this is ${machine.platform}.`,
    );
  }
  if (machine.userId !== 0) {
    throw new LabRefusal(
      `The lab must run as root, because it makes namespaces and loop devices, and this is user ${machine.userId}; use sudo.`,
    );
  }
  if (machine.memoryBytes < neededMemoryBytes) {
    throw new LabRefusal(
      `The lab needs a machine of 6 GiB of memory, and this one shows ${inGib(machine.memoryBytes)} GiB.`,
    );
  }
  if (machine.freeDiskBytes < neededDiskBytes) {
    throw new LabRefusal(
      `The lab needs 15 GiB free below ${labPaths().cache} and ${labPaths().state}, and there are ${inGib(machine.freeDiskBytes)} GiB; make room.`,
    );
  }
}

/** Refuses before anything is made. The network is looked at only when its programs are there. */
export async function preflight(lab: 'absent' | 'present'): Promise<void> {
  const machine = await describeMachine();
  // A lab that exists has its place already: what it has filled is not missing.
  requireFit(lab === 'present' ? { ...machine, freeDiskBytes: Number.POSITIVE_INFINITY } : machine);
  if (existsSync('/usr/sbin/ip') || existsSync('/sbin/ip') || existsSync('/usr/bin/ip')) await requireFreeNetwork();
}

/** Refuses whoever may not change the machine. */
export async function requireRootOnLinux(): Promise<void> {
  const machine = await describeMachine();
  requireFit({ ...machine, memoryBytes: Number.POSITIVE_INFINITY, freeDiskBytes: Number.POSITIVE_INFINITY });
}

async function describeMachine(): Promise<Machine> {
  const free = await Promise.all([labPaths().cache, labPaths().state].map((path) => freeBytes(path)));
  return {
    platform: process.platform,
    userId: process.getuid?.() ?? -1,
    memoryBytes: totalmem(),
    freeDiskBytes: Math.min(...free),
  };
}

async function freeBytes(path: string): Promise<number> {
  if (!existsSync(path)) return freeBytes(dirname(path));
  const file = await statfs(path);
  return file.bavail * file.bsize;
}

function inGib(bytes: number): string {
  return (bytes / gibibyte).toFixed(1);
}
