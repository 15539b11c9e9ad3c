/** Letters to insert, leave out, replace or swap with their neighbour (optimal string alignment). */
const editDistance = (left: string, right: string): number => {
  let older: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + cost,
          swapped ? (older[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    older = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
};

/** The candidate that `word` was probably meant to be, or `undefined` where none is near. Letter case does not count. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  const lowered = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(lowered, candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance || left.candidate.localeCompare(right.candidate));
  const best = ranked[0];
  if (!best) return undefined;
  // A third of the word may be wrong: "cout" is "count", but "size" is not "ssl".
  const allowed = Math.max(1, Math.floor(Math.max(lowered.length, best.candidate.length) / 3));
  return best.distance <= allowed ? best.candidate : undefined;
};
