import { idOf, type TestDisk } from './disks.ts';
import type { Operation } from './operation.ts';

/** Name of a disk in the lab, from its identity. */
export const nameOf = (id: string | null | undefined): string => /\/(d\d+)\.img$/.exec(id ?? '')?.[1] ?? '';

/** Until it says "swap now". */
export async function untilSwapIsAsked(operation: Operation, withinSeconds = 180): Promise<void> {
  await operation.untilState(
    'waits for hands',
    ({ awaitingBecause }) => awaitingBecause.includes('swap now'),
    withinSeconds,
  );
}

/** Approves the plan that names this disk. */
export async function approveDisk(operation: Operation, disk: TestDisk, withinSeconds = 120): Promise<void> {
  const state = await operation.untilState(
    'asks about the new disk',
    ({ awaiting, plan }) =>
      awaiting === 'approval' && plan?.steps.some(({ targets }) => targets.join().includes(idOf(disk))) === true,
    withinSeconds,
  );
  await operation.signal('approve', { plan: state.plan?.hash ?? '', by: 'e2e' });
}
