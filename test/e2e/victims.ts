import { readdir, readFile } from 'node:fs/promises';
import { killComponent, restartComponent } from '../../deploy/lab/components.ts';
import { until } from '../../deploy/lab/until.ts';

export const VICTIMS = ['ops-workers', 'agents', 'apiserver', 'temporal'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Kills with SIGKILL, without a warning. What nobody starts again by itself (the lab has no init) is started again at once. */
export async function kill(victim: Victim): Promise<void> {
  if (victim === 'apiserver' || victim === 'temporal') {
    await killComponent(victim);
    await restartComponent(victim);
    return;
  }
  const program = victim === 'ops-workers' ? 'worker/ops.ts' : 'worker/agent.ts';
  const pids = await untilSome(`a ${program} runs in the lab`, () => processesOf((argv) => argv.includes(program)));
  for (const pid of pids) killProcess(pid);
}

/** Kills every agent at the moment at which a `ceph-osd --mkfs` runs below one; answers how many were hit. */
export async function killAgentsInsideMkfs(withinSeconds: number): Promise<number> {
  const making = await untilSome(
    'an agent is inside ceph-osd --mkfs',
    () => processesOf((argv) => /ceph-osd\b.*--mkfs/.test(argv)),
    withinSeconds,
  );
  for (const pid of await processesOf((argv) => argv.includes('worker/agent.ts'))) killProcess(pid);
  // Their pid namespace ends with the agent, and so must the command: that is what the design rests on.
  await until('the half-done ceph-osd --mkfs ended with its agent', 20, async () => {
    const left = await processesOf((argv) => /ceph-osd\b.*--mkfs/.test(argv));
    return making.every((pid) => !left.includes(pid));
  });
  return making.length;
}

/** Processes in pods of the lab, by their command line. Nothing outside the lab's control groups is ever looked at. */
async function processesOf(isWanted: (argv: string) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
      if (!isWanted(argv)) return undefined;
      const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
      return /:\/cflab\/[^/]+\/kubepods/.test(groups) ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself between the look and the kill.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function untilSome(what: string, look: () => Promise<number[]>, withinSeconds = 60): Promise<number[]> {
  let found: number[] = [];
  await until(what, withinSeconds, async () => {
    found = await look();
    return found.length > 0;
  });
  return found;
}
