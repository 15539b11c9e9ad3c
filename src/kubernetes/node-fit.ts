import type { Placement, Toleration } from '../spec/pod-settings.ts';
import type { NodeFacts, Taint } from './node-facts.ts';

export interface NodeFit {
  fits: boolean;
  /** Why not, one phrase each, starting with the node's name; empty where it fits. */
  reasons: string[];
}

type Terms = NonNullable<
  NonNullable<Placement['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>['nodeSelectorTerms'];
type Term = Terms[number];
type Expression = NonNullable<Term['matchExpressions']>[number];

/**
 * Whether the scheduler could put a pod with this placement on the node, by taints and required node affinity. Room (CPU, memory) and
 * affinity to other pods are not judged, readiness only by the taints that it brings. Rules: Kubernetes scheduler, plugins TaintToleration and NodeAffinity.
 */
export const nodeFits = (node: NodeFacts, { nodeAffinity, tolerations = [] }: Placement): NodeFit => {
  const taints = node.taints
    .filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((one) => tolerates(one, taint)))
    .map(({ key, value, effect }) => `taint ${key}${value === '' ? '' : `=${value}`}:${effect} is not tolerated`);
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const affinity =
    terms === undefined || matchesAny(node, terms) ? [] : [`node affinity asks for ${terms.map(ask).join(' or ')}`];
  const reasons = [...taints, ...affinity];
  return { fits: reasons.length === 0, reasons: reasons.map((reason) => `${node.name}: ${reason}`) };
};

const tolerates = ({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration, taint: Taint): boolean => {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || compare(operator, taint.value, value);
};

const compare = (operator: 'Equal' | 'Lt' | 'Gt', actual: string, asked: string): boolean => {
  if (operator === 'Equal') return actual === asked;
  return operator === 'Lt' ? Number(actual) < Number(asked) : Number(actual) > Number(asked);
};

/** Terms are alternatives; a term without any condition matches nothing. */
const matchesAny = (node: NodeFacts, terms: Terms): boolean =>
  terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields: Record<string, string> = { 'metadata.name': node.name };
    return (
      matchExpressions.every((expression) => holds(expression, node.labels[expression.key])) &&
      matchFields.every((expression) => holds(expression, fields[expression.key]))
    );
  });

const holds = ({ operator, values = [] }: Expression, actual: string | undefined): boolean => {
  const number = Number.parseInt(actual ?? '', 10);
  const asked = Number.parseInt(values[0] ?? '', 10);
  const answers: Record<Expression['operator'], boolean> = {
    In: actual !== undefined && values.includes(actual),
    NotIn: actual === undefined || !values.includes(actual),
    Exists: actual !== undefined,
    DoesNotExist: actual === undefined,
    Gt: number > asked,
    Lt: number < asked,
  };
  return answers[operator];
};

const ask = ({ matchExpressions = [], matchFields = [] }: Term): string =>
  [...matchExpressions, ...matchFields]
    .map(({ key, operator, values = [] }) => [key, operator, values.join(',')].filter((part) => part !== '').join(' '))
    .join(' and ') || 'nothing';
