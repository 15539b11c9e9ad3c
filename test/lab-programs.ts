import { withLabLock } from '../deploy/lab/lock.ts';
import { ensurePrograms } from '../deploy/lab/programs/ensure.ts';
import { broken, sum, type Tally } from './tally.ts';

/** Puts Kubernetes and Temporal into the cache of the lab. What could not be fetched is a failure: tests that need it are skipped then. */
export async function fetchPrograms(): Promise<Tally> {
  try {
    await withLabLock(ensurePrograms);
    return sum([]);
  } catch (error) {
    return broken('programs of the lab', error instanceof Error ? error.message : String(error));
  }
}
