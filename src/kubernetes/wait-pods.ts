import { failure } from '../errors.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Connection } from './connection.ts';
import type { ObjectStore } from './objects.ts';
import { explainPod, type PodExplanation } from './pod-condition.ts';
import { podView, type PodEvent, type PodView } from './pod-view.ts';
import type { ResourcePaths } from './resource-path.ts';
import { until, type Look, type WaitOptions } from './wait.ts';

export interface PodsReadyOptions extends WaitOptions {
  namespace: string;
  /** Label selector, e.g. `app=rook-ceph-mon`. */
  selector: string;
  count: number;
  /** Deployments whose current template must be rolled out; without them a pod of an older template would count. */
  deployments?: string[];
  /** How long an image, the scheduler or a volume may say no before that is taken for an answer. Default 20. */
  stuckGraceSeconds?: number;
}

export interface ReadyPod {
  name: string;
  node: string;
}

interface Judged {
  pod: PodView;
  explanation: PodExplanation;
}

/**
 * Waits until `count` pods are ready. Fails early with the pod's own reason: at once when a container crashed twice, after the grace when
 * the image cannot be pulled, no node fits or a volume is missing. Changes nothing.
 */
export const untilPodsReady = async (
  connection: Connection,
  store: ObjectStore,
  paths: ResourcePaths,
  options: PodsReadyOptions,
): Promise<ReadyPod[]> => {
  const known = new Map<string, Memory>();
  const { namespace, selector, count, stuckGraceSeconds = 20 } = options;

  const look = async (objects: KubernetesObject[]): Promise<Look<ReadyPod[]>> => {
    const pods = objects.map(podView).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const judged = await Promise.all(pods.map((pod) => judge(store, pod)));
    for (const one of judged) refuseHopeless(one, known, stuckGraceSeconds);
    const behind = await firstUnrolled(store, namespace, options.deployments ?? []);
    const ready = judged.filter(({ explanation }) => explanation.state === 'ready');
    const waiting = behind ?? progress(selector, count, ready.length, judged);
    if (behind !== undefined || ready.length < count)
      return { waiting, waitingFor: judged.length >= count && pods.every(isRunning) ? 'ceph' : 'kubernetes' };
    return { waiting, done: ready.map(({ pod }) => ({ name: pod.metadata.name, node: pod.spec?.nodeName ?? '' })) };
  };

  const query = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector };
  return await until(connection, store, paths, { ...options, query, look, timeoutCode: 'POD_NOT_READY' });
};

/** Kubernetes has done its part: the daemon runs and is not ready yet. */
const isRunning = ({ status }: PodView): boolean =>
  status?.containerStatuses?.every(({ state }) => state?.running !== undefined) ?? false;

const judge = async (store: ObjectStore, pod: PodView): Promise<Judged> => {
  const first = explainPod(pod);
  const isWaiting = first.state === 'starting' && pod.spec?.nodeName !== undefined;
  if (!isWaiting) return { pod, explanation: first };
  return { pod, explanation: explainPod(pod, await eventsOf(store, pod)) };
};

const eventsOf = async (store: ObjectStore, { metadata }: PodView): Promise<PodEvent[]> => {
  const events = await store.list({
    apiVersion: 'v1',
    kind: 'Event',
    namespace: metadata.namespace,
    fieldSelector: `involvedObject.uid=${metadata.uid ?? ''}`,
  });
  const seen = events as (PodEvent & { lastTimestamp?: string | null; eventTime?: string | null })[];
  const time = ({ lastTimestamp, eventTime }: (typeof seen)[number]): string => lastTimestamp ?? eventTime ?? '';
  // Times are whole seconds; of two in one second the complaint came first, or there would be nothing after it.
  const isComplaint = ({ type }: PodEvent): number => (type === 'Warning' ? 0 : 1);
  return seen.sort((a, b) => time(a).localeCompare(time(b)) || isComplaint(a) - isComplaint(b));
};

/** What is known of one pod from earlier looks of the same wait. */
interface Memory {
  restartsAtFirst: number;
  stuckSince: number | undefined;
  cephError: string | undefined;
}

/**
 * Throws when there is no hope. A pod that was in a crash loop before this wait began gets the grace too: its cause may be cured, and
 * Kubernetes only has not started it again yet.
 */
const refuseHopeless = ({ pod, explanation }: Judged, known: Map<string, Memory>, graceSeconds: number): void => {
  const { state, code = 'POD_NOT_READY' } = explanation;
  const uid = pod.metadata.uid ?? pod.metadata.name;
  const memory = known.get(uid) ?? { restartsAtFirst: restartsOf(pod), stuckSince: undefined, cephError: undefined };
  known.set(uid, memory);
  const sentence = withEarlierError(explanation, memory);
  const isOldLoop = state === 'failed' && memory.restartsAtFirst > 0 && restartsOf(pod) === memory.restartsAtFirst;
  if (state === 'failed' && !isOldLoop) throw failure(code, capital(sentence));
  if (state !== 'stuck' && !isOldLoop) {
    memory.stuckSince = undefined;
    return;
  }
  memory.stuckSince ??= performance.now();
  if (performance.now() - memory.stuckSince >= graceSeconds * 1000) throw failure(code, capital(sentence));
};

/**
 * A daemon of Ceph that ends does not write out its log first (`log_flush_on_exit` is false by default), so that on a busy host the last
 * end may say nothing of its cause where an earlier one did.
 */
function withEarlierError({ state, sentence, cephError }: PodExplanation, memory: Memory): string {
  const isEarlier = state === 'failed' && cephError === undefined && memory.cephError !== undefined;
  memory.cephError = cephError ?? memory.cephError;
  return isEarlier ? `${sentence}; an earlier time: ${memory.cephError}` : sentence;
}

const restartsOf = ({ status }: PodView): number =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].reduce(
    (sum, { restartCount = 0 }) => sum + restartCount,
    0,
  );

interface DeploymentView {
  metadata: { generation?: number };
  spec?: { replicas?: number };
  status?: { observedGeneration?: number; updatedReplicas?: number; replicas?: number };
}

/** A sentence about the first Deployment whose pods are not of its current template yet. */
const firstUnrolled = async (store: ObjectStore, namespace: string, names: string[]): Promise<string | undefined> => {
  for (const name of names) {
    const found = await store.read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    if (found === undefined) return `Deployment ${name} does not exist`;
    const { metadata, spec, status } = found as unknown as DeploymentView;
    const updated = status?.updatedReplicas ?? 0;
    const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
    if (!isSeen || updated < (spec?.replicas ?? 1) || (status?.replicas ?? 0) > updated) {
      return `Deployment ${name} is not rolled out yet`;
    }
  }
  return undefined;
};

const progress = (selector: string, count: number, ready: number, judged: Judged[]): string => {
  const missing = judged.find(({ explanation }) => explanation.state !== 'ready');
  const why = missing === undefined ? '' : `; ${missing.explanation.sentence}`;
  return `${ready} of ${count} pods with ${selector} are ready${judged.length < count ? `, ${judged.length} exist` : ''}${why}`;
};

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
