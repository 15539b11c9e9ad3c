import type { TestProject } from 'vitest/node';
import { labDown, labExists, labUp } from '../../deploy/lab/lab.ts';
import { say } from '../../deploy/lab/progress.ts';
import { readTraces } from '../lab/stories/traces.ts';
import { ensureBrowser } from './browser/install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What was on the machine before the lab of the stories, its caches apart. */
    tracesBefore: string[];
  }
}

/** `E2E_LAB=keep`: work on one story again and again without making the lab anew each time. */
const KEEP = process.env['E2E_LAB'] === 'keep';

/** Every run of the stories begins without a lab and leaves none. Caches that are missing are filled before anything is measured. */
export async function setup({ provide }: TestProject): Promise<void> {
  if (!KEEP) {
    if (labExists()) say('The lab that is there is taken down first: the stories need one of their own.');
    await labDown({ keep: 'nothing' });
    await labUp();
    await labDown({ keep: 'nothing' });
  }
  await ensureBrowser();
  provide('tracesBefore', [...(await readTraces())]);
}

export async function teardown(): Promise<void> {
  if (!KEEP) await labDown({ keep: 'nothing' });
}
