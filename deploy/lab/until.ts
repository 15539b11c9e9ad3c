import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is yes. Throws, naming what was waited for, when `timeoutSeconds` are over. */
export async function until(
  what: string,
  timeoutSeconds: number,
  ask: () => Promise<boolean> | boolean,
): Promise<void> {
  const end = performance.now() + timeoutSeconds * 1000;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`Waited ${timeoutSeconds} s in vain until ${what}.`);
    await pause(50);
  }
}
