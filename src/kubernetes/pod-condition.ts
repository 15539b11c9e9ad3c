import { redact } from '../redact.ts';
import type { ContainerState, ContainerStatus, PodEvent, PodView } from './pod-view.ts';

export interface PodExplanation {
  /**
   * `ready`: serves. `starting`: nothing speaks against it yet. `stuck`: a definite reason that may still pass (image, scheduler, volume).
   * `failed`: it ended with an error again and again. `finished`: it ended well.
   */
  state: 'ready' | 'starting' | 'stuck' | 'failed' | 'finished';
  code?: 'IMAGE_PULL_FAILED' | 'POD_UNSCHEDULABLE' | 'POD_NOT_READY';
  /** One sentence that names the pod, its node and the reason. */
  sentence: string;
  /** The last line that a daemon of Ceph marked as an error before it ended; part of `sentence`. */
  cephError?: string;
}

const PULL_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'];
const CREATE_REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];
const VOLUME_EVENTS = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];
/** Seen only when all volumes are mounted: a kubelet whose caches are cold complains at first and then goes on. */
const PAST_VOLUMES = ['Pulling', 'Pulled', 'Created', 'Started'];

/** From the second restart on, a crash is a pattern and no accident of the start order. */
const RESTARTS_OF_A_PATTERN = 2;
const LONGEST_REASON = 400;

/** Says how a pod fares and why. `events` are those of this pod, oldest first; they are the only place where volume errors are told. */
export const explainPod = (pod: PodView, events: PodEvent[] = []): PodExplanation => {
  const { phase = 'Pending', reason, message } = pod.status ?? {};
  const name = describe(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'starting', sentence: `${name} is being removed` };
  if (phase === 'Succeeded') return { state: 'finished', sentence: `${name} has finished` };
  if (phase === 'Failed') return notReady('failed', `${name} failed: ${told(message ?? reason ?? lastWords(pod))}`);
  return (
    unschedulable(pod, name) ??
    containerTrouble(pod, name) ??
    volumeTrouble(pod, name, events) ?? {
      state: isReady(pod) ? 'ready' : 'starting',
      sentence: `${name} is ${isReady(pod) ? 'ready' : starting(pod)}`,
    }
  );
};

const describe = ({ metadata, spec }: PodView): string =>
  `pod ${metadata.name}${spec?.nodeName === undefined ? '' : ` on ${spec.nodeName}`}`;

/** By the kubelet's own word, whatever else is said of the pod. */
export const isReady = ({ status }: PodView): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

const notReady = (state: 'stuck' | 'failed', sentence: string): PodExplanation => ({
  state,
  code: 'POD_NOT_READY',
  sentence,
});

const unschedulable = ({ status }: PodView, name: string): PodExplanation | undefined => {
  const condition = status?.conditions?.find(({ type, status: value }) => type === 'PodScheduled' && value === 'False');
  if (condition?.reason !== 'Unschedulable') return undefined;
  const sentence = `${name} fits on no node: ${told(condition.message)}`;
  return { state: 'stuck', code: 'POD_UNSCHEDULABLE', sentence };
};

const containerTrouble = ({ status }: PodView, name: string): PodExplanation | undefined => {
  const inits = (status?.initContainerStatuses ?? []).map((container) => ({ container, kind: 'init container' }));
  const mains = (status?.containerStatuses ?? []).map((container) => ({ container, kind: 'container' }));
  for (const { container, kind } of [...inits, ...mains]) {
    const trouble = troubleOf(container, `${kind} ${container.name} of ${name}`);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
};

const troubleOf = (container: ContainerStatus, name: string): PodExplanation | undefined => {
  const { reason = '', message } = container.state?.waiting ?? {};
  if (PULL_REASONS.includes(reason)) {
    const sentence = `image ${container.image ?? ''} for ${name} cannot be pulled: ${reason}, ${told(message)}`;
    return { state: 'stuck', code: 'IMAGE_PULL_FAILED', sentence };
  }
  if (CREATE_REASONS.includes(reason))
    return notReady('stuck', `${name} cannot be started: ${reason}, ${told(message)}`);
  const restarts = container.restartCount ?? 0;
  const ended = container.state?.terminated ?? container.lastState?.terminated;
  // A running container that is not ready yet may have got over an earlier crash.
  if (container.state?.running !== undefined || container.ready === true || ended === undefined) return undefined;
  if (ended.exitCode === 0 && reason === '') return undefined;
  const state = restarts >= RESTARTS_OF_A_PATTERN && !endedWithItsHost(ended) ? 'failed' : 'starting';
  const sentence = `${name} ended ${restarts + 1} times, ${exit(ended)}`;
  const cephError = cephErrorIn(ended.message);
  return {
    ...(state === 'failed' ? notReady('failed', sentence) : { state, sentence }),
    ...(cephError === undefined ? {} : { cephError: told(cephError) }),
  };
};

/** What the kubelet writes for a container that it does not find again after its host was restarted: nothing is wrong with the container. */
const HOST_ENDED = ['ContainerStatusUnknown', 'Unknown'];

const endedWithItsHost = ({ reason = '' }: NonNullable<ContainerState['terminated']>): boolean =>
  HOST_ENDED.includes(reason);

const exit = ({ exitCode, reason, message }: NonNullable<ContainerState['terminated']>): string => {
  const cause = reason === undefined || reason === 'Error' ? '' : ` (${reason})`;
  const words = message === undefined || message.trim() === '' ? '' : `: ${told(causeIn(message))}`;
  return `the last time with exit code ${exitCode ?? 'unknown'}${cause}${words}`;
};

const volumeTrouble = (pod: PodView, name: string, events: PodEvent[]): PodExplanation | undefined => {
  if (isReady(pod) || pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined))
    return undefined;
  const last = events.findLast(({ reason = '' }) => [...VOLUME_EVENTS, ...PAST_VOLUMES].includes(reason));
  if (last === undefined || PAST_VOLUMES.includes(last.reason ?? '')) return undefined;
  return notReady('stuck', `${name} waits for a volume: ${told(last.message)}`);
};

const starting = ({ status }: PodView): string => {
  const init = status?.initContainerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0);
  if (init !== undefined) return `in its init container ${init.name}`;
  const running = status?.containerStatuses?.find(({ state, ready }) => state?.running !== undefined && ready !== true);
  if (running !== undefined) return `running, and ${running.name} is not ready yet`;
  return status?.phase === 'Pending' ? 'being created' : 'not ready yet';
};

const lastWords = ({ status }: PodView): string => {
  const ended = status?.containerStatuses?.find(({ state }) => state?.terminated !== undefined)?.state?.terminated;
  return ended === undefined ? 'no reason given' : exit(ended);
};

/** A line of a Ceph daemon that is an error: time, thread, level -1. */
const CEPH_ERROR = /^(debug )?\S+ [0-9a-f]+ -1 /;

/** Daemons say the cause of their end last; those of Ceph may still tell of their tidying up after it. */
const causeIn = (text: string): string => cephErrorIn(text) ?? text.trim().split('\n').at(-1) ?? '';

const cephErrorIn = (text = ''): string | undefined => text.split('\n').findLast((line) => CEPH_ERROR.test(line));

const told = (text = 'no reason given'): string => {
  const line = redact(text.trim().replace(/\s+/g, ' '));
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}...` : line;
};
