import { labDown, labExists } from '../../deploy/lab/lab.ts';
import { say } from '../../deploy/lab/progress.ts';

/** `E2E_LAB=keep`: work on one story again and again without making the lab anew each time. */
const KEEP = process.env['E2E_LAB'] === 'keep';

/** Every run of the stories begins without a lab and leaves none. */
export async function setup(): Promise<void> {
  if (KEEP) return;
  if (labExists()) say('The lab that is there is taken down first: the stories need one of their own.');
  await labDown({ keep: 'nothing' });
}

export async function teardown(): Promise<void> {
  if (!KEEP) await labDown({ keep: 'nothing' });
}
