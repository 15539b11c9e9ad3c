import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../src/contract/disk.ts';
import type { NewPolicy } from '../../src/contract/notice.ts';
import { newDisks, type NoticedDisks } from '../../src/domain/new-disks.ts';

const row = (id: string | null, verdict: DiskRow['verdict'] = 'eligible'): DiskRow => ({
  node: 'n1',
  path: `/dev/${id ?? 'x'}`,
  id,
  sizeBytes: 1,
  rotational: false,
  verdict,
  reasons: [],
  evidence: [],
  remedy: '',
});
const host = (changes: Partial<NoticedDisks> = {}): NoticedDisks => ({
  node: 'n1',
  known: true,
  rows: [row('b'), row('a'), row('c', 'in-use'), row('d', 'rejected'), row('e', 'not-selected'), row(null)],
  asked: [],
  ...changes,
});
const policy = (disks: NewPolicy, nodes: NewPolicy = 'ignore') => ({ disks, nodes });

describe('new disks', () => {
  it('that came together are one question, and only those that could become OSDs', () => {
    expect(newDisks([host()], policy('ask'))).toEqual([
      { operation: 'add-disk', node: 'n1', disks: ['a', 'b'], except: [], approval: 'required' },
    ]);
  });

  it('are formatted without a question only where the document says so', () => {
    expect(newDisks([host()], policy('add'))).toMatchObject([{ approval: 'auto' }]);
    expect(newDisks([host()], policy('ignore'))).toEqual([]);
  });

  it('are not asked about again', () => {
    expect(newDisks([host({ asked: ['a', 'b'] })], policy('ask'))).toEqual([]);
    expect(newDisks([host({ asked: ['a'] })], policy('ask'))).toMatchObject([{ disks: ['b'], except: ['a'] }]);
  });

  it('of a host that is new follow the policy for hosts', () => {
    const fresh = host({ known: false });
    expect(newDisks([fresh], policy('add', 'ignore'))).toEqual([]);
    expect(newDisks([fresh], policy('ignore', 'ask'))).toMatchObject([{ operation: 'add-node', node: 'n1' }]);
  });
});
