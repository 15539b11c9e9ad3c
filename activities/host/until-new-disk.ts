import { Context } from '@temporalio/activity';
import type { NewDisk, UntilNewDiskInput } from '../../src/contract/osd-activities.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

const LOOK_EVERY_MILLISECONDS = 3000;

/**
 * Waits, however long it takes, until this host has a disk that it did not have, and that shows the same identity twice. Judges nothing and
 * changes nothing.
 */
export async function untilNewDisk({ host }: AgentDeps, { known }: UntilNewDiskInput): Promise<NewDisk> {
  const context = Context.current();
  let before: string[] = [];
  for (;;) {
    const disks = await whileHeartbeating(
      () => `waiting for a new disk on ${host.node}`,
      () => readDisks(host),
    );
    const fresh = disks.filter(({ id }) => id !== null && !known.includes(id));
    // A disk that is being plugged in may still show another identity.
    const [settled] = fresh.filter(({ id }) => before.includes(id ?? ''));
    if (settled?.id != null) return { id: settled.id, path: settled.path };
    before = fresh.map(({ id }) => id ?? '');
    await context.sleep(LOOK_EVERY_MILLISECONDS);
  }
}
