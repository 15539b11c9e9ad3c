import { expect, it } from 'vitest';
import { pgCopiesOf, type PgAnswers } from '../../src/ceph/read-pg-copies.ts';

const pool = (id: number, minSize: number) => ({
  pool: id,
  pool_name: `pool-${id}`,
  size: 3,
  min_size: minSize,
  application_metadata: {},
});
const brief = (pgid: string, state: string) => ({ pgid, state, acting: [1, 2] });

const copiesOf = (changes: Partial<Record<0 | 1, PgAnswers[0 | 1]['pg_stats']>>) =>
  pgCopiesOf([
    { pg_stats: (changes[0] ?? []) as PgAnswers[0]['pg_stats'] },
    { pg_stats: (changes[1] ?? []) as PgAnswers[1]['pg_stats'] },
    { pools: [pool(1, 2)] },
  ])[0];

it('a PG that is not degraded is whole on all that serve it', () => {
  expect(copiesOf({ 0: [brief('1.f', 'active+undersized')] })).toEqual({
    id: '1.f',
    state: 'active+undersized',
    acting: [1, 2],
    complete: [1, 2],
    minSize: 2,
  });
});

it.each([
  ['copies', ['1', '2'], [1, 2]],
  ['chunks of an erasure-coded pool', ['1(0)', '2(3)'], [1, 2]],
  ['one that lacks objects', ['2'], [2]],
  // Its content is not judged by what it lacks: it may be old.
  ['one that does not serve the PG any more', ['2', '7'], [2]],
  ['none', [], []],
])('a degraded PG is whole where nothing is missing: %s', (_, shards, complete) => {
  const found = copiesOf({
    0: [brief('1.f', 'active+undersized+degraded')],
    1: [{ pgid: '1.f', avail_no_missing: shards }],
  });
  expect(found?.complete).toEqual(complete);
});

it('a degraded PG that the second answer does not have is whole nowhere', () => {
  expect(copiesOf({ 0: [brief('1.f', 'active+degraded')] })?.complete).toEqual([]);
});

it('a PG of an unknown pool needs more copies than there can be', () => {
  expect(copiesOf({ 0: [brief('2.f', 'active+clean')] })?.minSize).toBe(Number.POSITIVE_INFINITY);
});
