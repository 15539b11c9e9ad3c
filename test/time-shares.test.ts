import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { waitingFor, withTimeShares, type TimeShares } from '../src/time-shares.ts';

/** Shares of `work`, with a clock that only `pass` moves. */
async function sharesOf(work: (pass: (seconds: number) => void) => Promise<unknown>): Promise<TimeShares> {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  let shares: TimeShares | undefined;
  await withTimeShares(
    () => work((seconds) => void (now += seconds * 1000)),
    (told) => (shares = told),
  ).catch(() => undefined);
  clock.mockRestore();
  if (shares === undefined) throw new Error('nothing was reported');
  return shares;
}

const passing = (pass: (seconds: number) => void, seconds: number) => (): Promise<void> => {
  pass(seconds);
  return Promise.resolve();
};

describe('time shares', () => {
  it('are own where nobody is waited for', async () => {
    const shares = await sharesOf(async (pass) => {
      pass(2);
      await waitingFor('kubernetes', passing(pass, 3));
      await waitingFor('ceph', passing(pass, 5));
    });
    expect(shares).toEqual({ own: 2, kubernetes: 3, ceph: 5 });
  });

  it("count a moment once: Ceph's before Kubernetes'", async () => {
    const shares = await sharesOf(async (pass) => {
      await waitingFor('kubernetes', async () => {
        pass(1);
        await waitingFor('ceph', () => waitingFor('ceph', passing(pass, 4)));
      });
      pass(1);
    });
    expect(shares).toEqual({ own: 1, kubernetes: 1, ceph: 4 });
  });

  it('are told of work that fails', async () => {
    const shares = await sharesOf(async (pass) => {
      await waitingFor('ceph', passing(pass, 1));
      throw new Error('x');
    });
    expect(shares.ceph).toBe(1);
  });

  it('of two works side by side are kept apart', async () => {
    const told: Record<string, TimeShares> = {};
    const one = (name: string, who: 'ceph' | 'kubernetes'): Promise<void> =>
      withTimeShares(
        () => waitingFor(who, () => sleep(20)),
        (shares) => (told[name] = shares),
      );
    await Promise.all([one('a', 'ceph'), one('b', 'kubernetes')]);
    expect(told['a']).toMatchObject({ kubernetes: 0 });
    expect(told['b']).toMatchObject({ ceph: 0 });
  });

  it('are not needed: outside of a clock the work only runs', async () => {
    expect(await waitingFor('ceph', () => Promise.resolve(7))).toBe(7);
  });
});
