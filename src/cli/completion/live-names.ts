import type { StepState } from '../../contract/state.ts';
import { clusterNames } from '../cluster-names.ts';
import type { CommandContext } from '../context.ts';
import { operationsQuery } from '../operations-query.ts';
import type { Candidate, LiveKind, Typed } from './wanted.ts';

const MOST = 100;

/** Names as the running system has them now. Rejects where it does not answer. */
export const LIVE_NAMES: Readonly<Record<LiveKind, (context: CommandContext, typed: Typed) => Promise<Candidate[]>>> = {
  clusters: async (context) => (await clusterNames(context)).map((word) => ({ word })),
  operations,
  nodes,
  steps: async (context, typed) =>
    (await steerable(context, typed)).map(({ id, status }) => ({ word: id, about: status })),
  attempts: async (context, typed) =>
    (await steerable(context, typed))
      .filter(({ id }) => id === (typed.values['step'] ?? id))
      .map(({ id, attempt }) => ({ word: String(attempt), about: id })),
};

async function nodes(context: CommandContext): Promise<Candidate[]> {
  const found = await (await context.kubernetes()).list({ apiVersion: 'v1', kind: 'Node' });
  return found.map(({ metadata }) => ({ word: metadata.name }));
}

async function operations(context: CommandContext): Promise<Candidate[]> {
  const query = operationsQuery(context.options.namespace, 'open');
  return (await (await context.temporal()).list(query, MOST)).map(({ id, attributes }) => ({
    word: id,
    about: `phase ${attributes['CephPhase'] ?? 'unknown'}, awaiting ${attributes['CephAwaiting'] ?? 'none'}`,
  }));
}

/** Steps that `retry` or `skip` can name now. */
async function steerable(context: CommandContext, { operands: [id] }: Typed): Promise<StepState[]> {
  if (id === undefined) return [];
  const temporal = await context.temporal();
  const execution = await temporal.describe(id);
  if (execution === undefined) return [];
  const answer = await temporal.readState(id, execution.runId);
  if (answer.kind === 'silent') return [];
  return answer.state.steps.filter(
    ({ status, skippable }) => status === 'parked' || (status === 'waiting-for-host' && skippable),
  );
}
