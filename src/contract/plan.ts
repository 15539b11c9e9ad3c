import type { Finding } from './finding.ts';

/** `destroys-data`: bytes on a disk are overwritten. `reduces-redundancy`: a further failure could lose data while it runs. */
export type Risk = 'none' | 'reduces-redundancy' | 'destroys-data';

/** One line of what will be done. Stored with the plan: the workflow interprets it, changed rules never reach a running operation. */
export interface PlanStep {
  /** Kebab-case imperative from the operation's contract, with `/<node>` where there is one per node: `create-osds/n1`. */
  id: string;
  /** What it acts on, with stable identities: this is what an approval covers. */
  targets: string[];
  /** What it will do, as a sentence. */
  does: string;
  risk: Risk;
  /** `auto` approval never covers such a step (wiping, a disk that is not blank). */
  alwaysAsk: boolean;
}

export interface Plan {
  operation: string;
  cluster: string;
  /** Hex SHA-256 over ordered step ids, target identities, risks and finding codes; never over counters, times or prose. */
  hash: string;
  summary: string;
  steps: PlanStep[];
  findings: Finding[];
  /** What will be lost, one sentence each: pools with objects and bytes, images, file systems, clients. */
  losses?: string[];
}
