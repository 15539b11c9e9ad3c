import type { DiskRow } from '../contract/disk.ts';
import type { NewDisks, NewPolicy } from '../contract/notice.ts';

export interface NoticedDisks {
  node: string;
  /** False where no host of this name carries a part of the cluster yet. */
  known: boolean;
  rows: DiskRow[];
  /** Identities that somebody was asked about. */
  asked: readonly string[];
}

/**
 * What an event leads to: one operation per host with disks that could become OSDs and that nobody was asked about. Disks that came together
 * are one question; what was refused is not asked about again. Pure.
 */
export function newDisks(hosts: readonly NoticedDisks[], policy: { disks: NewPolicy; nodes: NewPolicy }): NewDisks[] {
  return hosts.flatMap(({ node, known, rows, asked }) => {
    const wish = known ? policy.disks : policy.nodes;
    const usable = rows.flatMap(({ verdict, id }) => (verdict === 'eligible' && id !== null ? [id] : [])).toSorted();
    const disks = usable.filter((id) => !asked.includes(id));
    const except = usable.filter((id) => asked.includes(id));
    if (wish === 'ignore' || disks.length === 0) return [];
    const approval = wish === 'add' ? 'auto' : 'required';
    return [{ operation: known ? 'add-disk' : 'add-node', node, disks, except, approval }];
  });
}
