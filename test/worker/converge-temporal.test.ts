import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { convergeTemporal } from '../../worker/converge-temporal.ts';
import { temporalNamespace, type TemporalNamespace } from './temporal-namespace.ts';

const PERMISSION_DENIED = 7;
const ALREADY_EXISTS = 6;
/** Type Keyword of Temporal's search attributes. */
const KEYWORD = 2;
const ALL = SEARCH_ATTRIBUTES.map((name) => `${name}:${KEYWORD}`);

/** Converges, and answers with the findings in the log. */
async function converge(namespace: TemporalNamespace): Promise<string[]> {
  const findings: string[] = [];
  const log = { warn: (_: object, text: string) => findings.push(text) } as unknown as Logger;
  await convergeTemporal(namespace.connection, 'default', log);
  return findings;
}

describe('what the operations need of Temporal', () => {
  it('is made once: columns, and histories kept for 30 days', async () => {
    const namespace = temporalNamespace();
    expect(await converge(namespace)).toEqual([]);
    expect(namespace.attributes).toEqual(ALL);
    expect(namespace.retentionDays()).toBe(30);
    const { length } = namespace.changes;
    expect(await converge(namespace)).toEqual([]);
    expect(namespace.changes).toHaveLength(length);
  });

  it('is completed where some columns are there, and those of others stay', async () => {
    const namespace = temporalNamespace({ attributes: ['Mine:1', `CephCluster:${KEYWORD}`] });
    await converge(namespace);
    expect(namespace.attributes.toSorted()).toEqual(['Mine:1', ...ALL].toSorted());
  });

  it.each([
    [1, 30],
    [29, 30],
    [30, 30],
    [90, 90],
    [0, 0],
  ])('keeps histories of %d days for %d: raised, never lowered', async (retentionDays, expected) => {
    const namespace = temporalNamespace({ attributes: [...ALL], retentionDays });
    await converge(namespace);
    expect(namespace.retentionDays()).toBe(expected);
    expect(namespace.changes).toHaveLength(retentionDays === expected ? 0 : 1);
  });

  it('is no reason to die where the other replica was quicker', async () => {
    const namespace = temporalNamespace({ failing: { addSearchAttributes: ALREADY_EXISTS } });
    expect(await converge(namespace)).toEqual([]);
    expect(namespace.retentionDays()).toBe(30);
  });

  it.each(['listSearchAttributes', 'addSearchAttributes', 'describeNamespace', 'updateNamespace'])(
    'is a finding, not a crash, where %s is not allowed',
    async (call) => {
      const findings = await converge(temporalNamespace({ failing: { [call]: PERMISSION_DENIED } }));
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatch(/^Could not (register|raise) .*; ask whoever runs Temporal to do it/);
    },
  );
});
