import { expect } from 'vitest';
import { readStatus } from '../../deploy/demo/health.ts';
import { keysOf, leaks, visiblePlaces } from './secrets-search.ts';

/** Fails naming every place where a key of the cluster can be read. */
export async function expectNoLeak(cluster: string): Promise<void> {
  const keys = await keysOf(cluster);
  // mon., client.admin, two mgrs, six OSDs and the dashboard's password at least.
  expect(keys.length).toBeGreaterThanOrEqual(11);
  const places = await visiblePlaces(cluster);
  const { fsid } = await readStatus(cluster);
  // The fsid is no secret and stands everywhere: a search that does not find it would find no key either.
  const found = leaks(places, [fsid]);
  for (const where of [`history of bootstrap:${cluster}`, `log of pod ${cluster}/rook-ceph-mon-a`, 'configmaps of'])
    expect(
      found.some((name) => name.startsWith(where)),
      `the search reads nothing in: ${where}`,
    ).toBe(true);
  expect(leaks(places, keys)).toEqual([]);
}
