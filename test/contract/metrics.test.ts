import { describe, expect, it } from 'vitest';
import { METRICS, operationOf, SECONDS_BUCKETS, stepLabel } from '../../src/contract/metrics.ts';
import { STARTABLE } from '../../src/contract/operations.ts';
import { textOf } from '../import-statements.ts';
import { section, tableRows } from '../docs/markdown.ts';

describe('labels', () => {
  it('name every operation as everywhere else', () => {
    expect(STARTABLE.map(({ workflowType }) => operationOf(workflowType))).toEqual(STARTABLE.map(({ name }) => name));
  });

  it('name a step without its host or disk', () => {
    expect([stepLabel('create-osds/n1'), stepLabel('verify')]).toEqual(['create-osds', 'verify']);
    expect(STARTABLE.flatMap(({ steps }) => [...steps]).filter((step) => stepLabel(step) !== step)).toEqual([]);
  });

  it('have buckets from below a second to an hour, each larger than the one before', () => {
    expect(SECONDS_BUCKETS).toEqual(SECONDS_BUCKETS.toSorted((a, b) => a - b));
    expect([SECONDS_BUCKETS[0], SECONDS_BUCKETS.at(-1)]).toEqual([0.5, 3600]);
  });
});

it('the page of metrics has each of our own', () => {
  const rows = tableRows(section(textOf('docs/monitoring.md'), 'Metrics of cephflow'));
  expect(rows.map(([name = '']) => name.replaceAll('`', ''))).toEqual(Object.values(METRICS));
});
