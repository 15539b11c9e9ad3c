import type { DebtKey } from '../contract/owed.ts';
import type { PlanStep } from '../contract/plan.ts';
import { TEARDOWN_STEPS } from '../contract/teardown.ts';
import type { JudgedOwed } from './owed-hosts.ts';
import { REMOVE_AGENTS } from './teardown-steps.ts';

export interface StepsOfOwing {
  /** What is to be done beside debts. */
  steps: PlanStep[];
  owed: Pick<JudgedOwed, 'owes' | 'pays' | 'settles'>;
  /** Nothing but the memory of the cluster is left. */
  record: 'last' | 'needed';
  cluster: string;
}

/**
 * The steps of a teardown with those about debts, in the contract's order. What is owed is remembered before anything is destroyed; no
 * debt is forgotten unproven without a step that names it and asks; and the cluster is forgotten by a step, so under the lock.
 */
export function withOwed({ steps, owed, record, cluster }: StepsOfOwing): PlanStep[] {
  const { owes, pays, settles } = owed;
  const settling = settleOwed(pays, settles);
  const all = [...steps, ...settling];
  if (all.length === 0 && record === 'last') all.push(forgetCluster(cluster));
  if (all.length === 0) return [];
  if (!all.includes(REMOVE_AGENTS)) all.push(REMOVE_AGENTS);
  return [...all, ...rememberOwed(owes)].toSorted((a, b) => orderOf(a) - orderOf(b));
}

const orderOf = ({ id }: PlanStep): number => TEARDOWN_STEPS.findIndex((name) => name === id.split('/')[0]);

const nameOf = ({ node, fsid }: DebtKey): string => `owed/${node}/${fsid ?? 'unknown'}`;

const hostsOf = (keys: DebtKey[]): string => [...new Set(keys.map(({ node }) => node))].toSorted().join(', ');

const rememberOwed = (owes: DebtKey[]): PlanStep[] =>
  owes.length === 0
    ? []
    : [
        {
          id: 'remember-owed',
          targets: owes.map(nameOf),
          does: `remember that ${hostsOf(owes)} owes what can not be taken away now`,
          risk: 'none',
          alwaysAsk: false,
        },
      ];

function settleOwed(pays: DebtKey[], settles: DebtKey[]): PlanStep[] {
  if (pays.length + settles.length === 0) return [];
  const does = [
    ...(pays.length === 0 ? [] : [`take out the debt of ${hostsOf(pays)}, once all of it is proven to be gone`]),
    ...(settles.length === 0 ? [] : [`forget what ${hostsOf(settles)} owes, though nothing proves that it is gone`]),
  ];
  return [
    {
      id: 'settle-owed',
      targets: [...pays.map(nameOf), ...settles.map((key) => `${nameOf(key)} unproven`)],
      does: does.join('; '),
      risk: 'none',
      alwaysAsk: settles.length > 0,
    },
  ];
}

const forgetCluster = (cluster: string): PlanStep => ({
  id: 'forget-cluster',
  targets: [`record/${cluster}`],
  does: 'forget image, hosts and fsid of the cluster, of which nothing else is left',
  risk: 'none',
  alwaysAsk: false,
});
