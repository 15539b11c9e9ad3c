import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/time-shares.ts';
import { activityTimes } from '../../worker/activity-times.ts';

const resultOf = (act: () => Promise<unknown>): Promise<unknown> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() => {
    const { execute } = activityTimes();
    if (execute === undefined) throw new Error('nothing is intercepted');
    return execute({ args: [], headers: {} }, act);
  });

const took = { ceph: expect.any(Number) as number, kubernetes: 0, own: expect.any(Number) as number };

describe('the result of an activity in the history', () => {
  it.each([
    ['an object', { already: true }, { already: true, took }],
    ['nothing', undefined, { took }],
    ['a list, which stays as it is', ['n1'], ['n1']],
    ['a word, which stays as it is', 'n1', 'n1'],
  ])('says whose time it took, where it is %s', async (_, result, shown) => {
    expect(await resultOf(() => waitingFor('ceph', () => Promise.resolve(result)))).toEqual(shown);
  });

  it('is still the failure where it failed', async () => {
    await expect(resultOf(() => Promise.reject(new Error('not so')))).rejects.toThrow('not so');
  });
});
