import { AsyncLocalStorage } from 'node:async_hooks';

/** Who is waited for. What nobody is waited for in is cephflow's own time. */
export type Waited = 'ceph' | 'kubernetes';

/** Seconds; together they are the whole time. */
export type TimeShares = Record<Waited | 'own', number>;

/**
 * Tells whose time passes. Calls may overlap: a moment in which Ceph is waited for is Ceph's, of the others one in which Kubernetes is
 * waited for is Kubernetes', and the rest is our own, so no moment counts twice.
 */
class ShareClock {
  readonly #waiting: Record<Waited, number> = { ceph: 0, kubernetes: 0 };
  readonly #milliseconds: TimeShares = { ceph: 0, kubernetes: 0, own: 0 };
  #since = performance.now();

  change(who: Waited, by: 1 | -1): void {
    this.#settle();
    this.#waiting[who] += by;
  }

  read(): TimeShares {
    this.#settle();
    const { ceph, kubernetes, own } = this.#milliseconds;
    return { ceph: seconds(ceph), kubernetes: seconds(kubernetes), own: seconds(own) };
  }

  #settle(): void {
    const now = performance.now();
    const who = this.#waiting.ceph > 0 ? 'ceph' : this.#waiting.kubernetes > 0 ? 'kubernetes' : 'own';
    this.#milliseconds[who] += now - this.#since;
    this.#since = now;
  }
}

/** To the millisecond. */
const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

const current = new AsyncLocalStorage<ShareClock>();

/** Runs `work` under a clock of its own; `report` gets the shares when it has ended, also when it failed. */
export function withTimeShares<T>(work: () => Promise<T>, report: (shares: TimeShares) => void): Promise<T> {
  const clock = new ShareClock();
  return current.run(clock, () => work().finally(() => report(clock.read())));
}

/** Counts the time of `work` as waiting for `who`; outside of withTimeShares it only runs it. */
export async function waitingFor<T>(who: Waited, work: () => Promise<T>): Promise<T> {
  const clock = current.getStore();
  clock?.change(who, 1);
  try {
    return await work();
  } finally {
    clock?.change(who, -1);
  }
}
