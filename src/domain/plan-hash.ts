import { createHash } from 'node:crypto';
import type { Finding } from '../contract/finding.ts';
import type { PlanStep } from '../contract/plan.ts';

export interface HashedPlan {
  operation: string;
  cluster: string;
  steps: PlanStep[];
  findings: Finding[];
  /** Of the cluster that is to go: an approval must never fit another cluster of the same name on the same disks. Left out where none goes. */
  goingFsid?: string | null;
}

/**
 * Hex SHA-256 that an approval names: over the operation, the cluster, the fsid that goes, the steps in order (id, risk, target identities as a set) and the
 * finding codes with their targets as a set. Sentences, evidence, severities, counters and times are left out, because an approval must
 * survive an observation that says the same in other numbers, and must not survive one more disk. Pure.
 */
export function hashPlan({ operation, cluster, steps, findings, goingFsid }: HashedPlan): string {
  const judged = [
    operation,
    cluster,
    steps.map(({ id, risk, targets }) => [id, risk, sortedSet(targets)]),
    sortedSet(findings.map(({ code, target }) => JSON.stringify([code, target ?? null]))),
    ...(goingFsid === undefined ? [] : [goingFsid]),
  ];
  return createHash('sha256').update(JSON.stringify(judged)).digest('hex');
}

/** By code unit, not by locale: the same plan must have the same hash on every machine. */
const sortedSet = (values: string[]): string[] => [...new Set(values)].toSorted();
