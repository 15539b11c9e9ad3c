import { withLabLock } from '../deploy/lab/lock.ts';
import { ensurePrograms } from '../deploy/lab/programs/ensure.ts';
import type { Tally } from './tally.ts';

/** Puts Kubernetes and Temporal into the cache of the lab. What could not be fetched is a failure: tests that need it are skipped then. */
export async function fetchPrograms(): Promise<Tally> {
  try {
    await withLabLock(ensurePrograms);
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, skipped: 0, failures: [`programs of the lab: ${because}`] };
  }
}
