/** Starts side by side, waits for all, then fails with the first failure: nothing is left running behind the runbook's back. */
export async function together(bodies: (() => Promise<unknown>)[]): Promise<void> {
  const ends = await Promise.allSettled(bodies.map((body) => body()));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
