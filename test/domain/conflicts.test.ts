import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Holder } from '../../src/contract/exclusion.ts';
import { OPERATIONS } from '../../src/contract/operations.ts';
import { mayStart, OVERLAP_RULES } from '../../src/domain/conflicts.ts';

const holderOf = (operation: string, over: Partial<Holder> = {}): Holder => ({
  operation,
  target: 'rook-ceph',
  workflowId: `${operation}:rook-ceph`,
  runId: 'f3f0c9f2-3a0a-4c55-8f1c-1f5d4d8b8f01',
  since: '2026-11-22T03:00:00.000Z',
  awaiting: 'none',
  ...over,
});

const READING = ['read-status', 'check-health'];
const CHANGING = ['bootstrap', 'teardown', 'an-operation-nobody-thought-of'];

describe('mayStart', () => {
  it('lets every operation start on a cluster that nobody holds', () => {
    for (const operation of [...READING, ...CHANGING])
      expect(mayStart(operation, 'rook-ceph', [])).toEqual({ outcome: 'pass', findings: [] });
  });

  it('lets reading operations run beside every other, whoever came first', () => {
    for (const reading of READING)
      for (const other of [...READING, ...CHANGING]) {
        expect(mayStart(reading, 'rook-ceph', [holderOf(other)]).outcome).toBe('pass');
        expect(mayStart(other, 'rook-ceph', [holderOf(reading)]).outcome).toBe('pass');
      }
  });

  it('never lets two changing operations meet, also not two of a kind or one that has no rule', () => {
    for (const one of CHANGING)
      for (const other of CHANGING)
        expect(mayStart(one, 'rook-ceph', [holderOf(other)])).toMatchObject({
          outcome: 'hold',
          findings: [{ code: 'OPERATION_HELD', severity: 'blocking', target: `${other}:rook-ceph` }],
        });
  });

  it('decides the same whichever of the two came first', () => {
    const operation = fc.oneof(fc.constantFrom(...READING, ...CHANGING), fc.string());
    fc.assert(
      fc.property(operation, operation, (one, other) => {
        expect(mayStart(one, 'x', [holderOf(other)]).outcome).toBe(mayStart(other, 'x', [holderOf(one)]).outcome);
      }),
    );
  });

  it('names the holder, since when, and what it waits for', () => {
    const { findings } = mayStart('bootstrap', 'rook-ceph', [holderOf('teardown', { awaiting: 'host' })]);
    expect(findings[0]?.because).toBe(
      'bootstrap of rook-ceph may not run beside teardown of rook-ceph (workflow teardown:rook-ceph, since' +
        ' 2026-11-22T03:00:00.000Z, waiting for host), because bootstrap makes daemons and disks of the whole cluster',
    );
  });

  it.each(['replace-disk', 'remove-disk'])(
    'lets %s of another OSD run beside a replace-disk that waits for hands',
    (other) => {
      const waiting = holderOf('replace-disk', { target: 'osd.5', yields: true });
      expect(mayStart(other, 'osd.6', [waiting]).outcome).toBe('pass');
      expect(mayStart(other, 'osd.5', [waiting]).outcome).toBe('hold');
      expect(mayStart(other, 'osd.6', [holderOf('replace-disk', { target: 'osd.5' })]).outcome).toBe('hold');
    },
  );

  it.each(['bootstrap', 'teardown'])('lets no %s run beside it: its new disk could be taken', (other) => {
    const waiting = holderOf('replace-disk', { target: 'osd.5', node: 'n1', yields: true });
    expect(mayStart(other, 'rook-ceph', [waiting]).outcome).toBe('hold');
  });

  it.each(['add-disk', 'add-node'])(
    'lets %s of another host run beside it, which cannot take its new disk',
    (other) => {
      const waiting = holderOf('replace-disk', { target: 'osd.5', node: 'n1', yields: true });
      expect(mayStart(other, 'n2', [waiting]).outcome).toBe('pass');
      expect(mayStart(other, 'n1', [waiting]).outcome).toBe('hold');
      expect(mayStart(other, 'n2', [holderOf('replace-disk', { target: 'osd.5' })]).outcome).toBe('hold');
    },
  );

  it('lets a replace-disk that has its disk go on only when what was let in has ended', () => {
    expect(mayStart('replace-disk', 'osd.5', [holderOf('remove-disk', { target: 'osd.6' })]).outcome).toBe('hold');
  });

  it('has a rule of its own for every operation that a person can start', () => {
    const named = OVERLAP_RULES.flatMap(({ pair }) => pair);
    for (const { name } of OPERATIONS) expect(named).toContain(name);
  });
});
