import { oneLine } from '../../src/console/text.ts';
import type { HealthResult } from '../../src/contract/check-health.ts';
import { FIELD_MANAGER } from '../../src/contract/names.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';
import type { OpsDeps } from '../ops-deps.ts';

/** The API server refuses longer ones. */
const MESSAGE_BYTES = 1000;

export interface ToldChanges {
  cluster: string;
  /** Of the workflow: its name makes the Event once. */
  runId: string;
  result: HealthResult;
}

/** Makes one Event of all changes, on the document, or on the agents where that is gone. A second call finds it made. */
export async function tellChanges(
  { kubernetes, now }: OpsDeps,
  { cluster, runId, result }: ToldChanges,
): Promise<void> {
  const [document] = await kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });
  const agents = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: NAMES.agent, namespace: cluster } };
  await kubernetes.create(eventOn(document ?? agents, { runId, result, at: now().toISOString() }));
}

function eventOn(
  { apiVersion, kind, metadata: { name, namespace, uid } }: KubernetesObject,
  { runId, result, at }: { runId: string; result: HealthResult; at: string },
): KubernetesObject {
  const isWorse = result.changes.some((change) => change.startsWith('new: '));
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.check-health.${runId}`, ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: { apiVersion, kind, name, namespace, ...(uid === undefined ? {} : { uid }) },
    type: isWorse ? 'Warning' : 'Normal',
    reason: 'HealthChanged',
    message: oneLine(`${result.health}: ${result.changes.join('; ')}`, MESSAGE_BYTES),
    source: { component: FIELD_MANAGER },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
