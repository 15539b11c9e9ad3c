import { failure } from '../../src/errors.ts';
import type { OpsDeps } from '../ops-deps.ts';

/**
 * Agents read what is secret of Temporal's settings from a Secret of their own namespace, which nobody but a person may fill: a key that we
 * copied would stay behind in every cluster's namespace. Without it their containers would wait for it without a word.
 * @throws TEMPORAL_SECRET_MISSING with the names of what is missing
 */
export async function requireTemporalSecret(
  { kubernetes, temporalEnvironment }: Pick<OpsDeps, 'kubernetes' | 'temporalEnvironment'>,
  cluster: string,
): Promise<void> {
  const needed = temporalEnvironment.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
  const [first] = needed;
  if (first === undefined) return;
  const secret = await kubernetes.read({ apiVersion: 'v1', kind: 'Secret', namespace: cluster, name: first.name });
  const data = (secret?.['data'] ?? {}) as Record<string, string>;
  const missing = needed.map(({ key }) => key).filter((key) => data[key] === undefined);
  if (missing.length === 0) return;
  const what = secret === undefined ? 'there is none' : `it lacks ${missing.join(', ')}`;
  throw failure(
    'TEMPORAL_SECRET_MISSING',
    `The agents of ${cluster} cannot reach Temporal without the Secret ${first.name} of that namespace with ${needed.map(({ key }) => key).join(', ')}, and ${what}`,
  );
}
