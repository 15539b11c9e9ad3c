import type { Holder } from '../contract/exclusion.ts';
import type { Finding, Verdict } from '../contract/finding.ts';

/** Stands for every operation. */
const ANY = '*';

interface OverlapRule {
  /** Either way round. */
  pair: readonly [string, string];
  /** `while-it-waits`: beside one that lets others in until a person acts, on another OSD and, where hosts are meant, another host. */
  overlap: 'allowed' | 'while-it-waits' | 'refused';
  /** Completes "... may (not) run beside ..., because". */
  because: string;
}

/**
 * Which operations may run side by side on one cluster; the first rule that fits decides. What only reads comes first, because a look at
 * a cluster must be possible exactly while something is wrong with it. The last rule makes an operation that nobody thought of exclusive.
 */
export const OVERLAP_RULES: readonly OverlapRule[] = [
  { pair: ['read-status', ANY], overlap: 'allowed', because: 'reading the status changes nothing' },
  { pair: ['check-health', ANY], overlap: 'allowed', because: 'checking the health changes nothing' },
  { pair: ['bootstrap', ANY], overlap: 'refused', because: 'bootstrap makes daemons and disks of the whole cluster' },
  { pair: ['teardown', ANY], overlap: 'refused', because: 'teardown takes the whole cluster away' },
  {
    pair: ['replace-disk', 'replace-disk'],
    overlap: 'while-it-waits',
    because: 'replace-disk takes copies of data away for a while, unless it waits for the swap of another disk',
  },
  {
    pair: ['replace-disk', 'remove-disk'],
    overlap: 'while-it-waits',
    because: 'both take copies of data away, unless replace-disk waits for the swap of another disk',
  },
  {
    pair: ['replace-disk', 'add-disk'],
    overlap: 'while-it-waits',
    because: 'both move data, unless replace-disk waits for the swap of a disk of another host',
  },
  {
    pair: ['replace-disk', 'add-node'],
    overlap: 'while-it-waits',
    because: 'both move data, unless replace-disk waits for the swap of a disk of another host',
  },
  { pair: ['add-node', ANY], overlap: 'refused', because: 'add-node holds data back and moves it to new OSDs' },
  { pair: ['add-disk', ANY], overlap: 'refused', because: 'add-disk moves data to new OSDs' },
  { pair: ['replace-disk', ANY], overlap: 'refused', because: 'replace-disk takes copies of data away for a while' },
  { pair: ['remove-disk', ANY], overlap: 'refused', because: 'remove-disk takes copies of data away' },
  { pair: [ANY, ANY], overlap: 'refused', because: 'no rule says that they may meet' },
];

/**
 * May an operation start beside those that hold the cluster? One OPERATION_HELD finding per holder that it may not meet, with the
 * holder's workflow id as target. Pure.
 */
export function mayStart(operation: string, target: string, holders: readonly Holder[]): Verdict {
  const findings = holders.flatMap((holder): Finding[] => {
    const rule = ruleFor(operation, holder.operation);
    return mayMeet(rule, target, holder) ? [] : [held({ operation, target, holder, rule })];
  });
  return { outcome: findings.length === 0 ? 'pass' : 'hold', findings };
}

/** A cluster's repairs may go on while one of them waits for hands for days; what they take away is judged by each one's own plan. */
const mayMeet = ({ overlap }: OverlapRule, target: string, holder: Holder): boolean =>
  overlap === 'allowed' ||
  (overlap === 'while-it-waits' && holder.yields === true && holder.target !== target && holder.node !== target);

function ruleFor(one: string, other: string): OverlapRule {
  const fits = ({ pair: [left, right] }: OverlapRule) =>
    (isCovered(left, one) && isCovered(right, other)) || (isCovered(left, other) && isCovered(right, one));
  // The last rule fits everything.
  return OVERLAP_RULES.find(fits) as OverlapRule;
}

const isCovered = (pattern: string, operation: string): boolean => pattern === ANY || pattern === operation;

interface Meeting {
  operation: string;
  target: string;
  holder: Holder;
  rule: OverlapRule;
}

function held({ operation, target, holder, rule }: Meeting): Finding {
  const waiting = holder.awaiting === 'none' ? '' : `, waiting for ${holder.awaiting}`;
  return {
    code: 'OPERATION_HELD',
    severity: 'blocking',
    because:
      `${operation} of ${target} may not run beside ${holder.operation} of ${holder.target}` +
      ` (workflow ${holder.workflowId}, since ${holder.since}${waiting}), because ${rule.because}`,
    target: holder.workflowId,
  };
}
