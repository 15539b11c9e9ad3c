/** What a step of the lab is, in words for the person who waits. */
export type Step = {
  what: string;
  /** How long it takes on a small machine, in words: "about 30 s". Left out for steps of a second or two. */
  usually?: string;
};

/** Runs one step between a line that says what is being done and a line that says how long it took. */
export async function timed<T>(step: Step, act: () => Promise<T>): Promise<T> {
  const started = performance.now();
  if (step.usually !== undefined) say(`  ${step.what} (usually ${step.usually})`);
  const result = await act();
  say(`✓ ${step.what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** A line for the person at the terminal. It goes to stderr, so that `env` and `kubectl` keep stdout for themselves. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
