/**
 * Like Promise.all, but throws the first failure only when every other act has ended too: otherwise the lab's lock
 * would be let go while something is still being changed.
 */
export async function together<T>(acts: Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(acts);
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
