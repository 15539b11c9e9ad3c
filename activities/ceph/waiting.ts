import { Context } from '@temporalio/activity';
import { CephflowError } from '../../src/errors.ts';
import { waitingFor } from '../../src/time-shares.ts';

/** Either what was waited for, or a sentence with numbers about what is still missing. */
export type Look<T> = { done: T } | { waiting: string };

export interface Wait<T> {
  /** Begins anew when Kubernetes is back, where `kubernetesIsAway` is given. */
  timeoutSeconds: number;
  look: () => Promise<Look<T>>;
  /** The failure that names what is missing, made from the last look. */
  giveUp: (because: string) => Error | Promise<Error>;
  /** For what comes about only when Kubernetes starts it. */
  kubernetesIsAway?: (() => Promise<boolean>) | undefined;
}

const LOOK_EVERY_MILLISECONDS = 500;
const HEARTBEAT_EVERY_MILLISECONDS = 2000;
/** An outage that is shorter costs the wait no more than this. */
const ASK_KUBERNETES_EVERY_MILLISECONDS = 5000;

/**
 * Looks until it is so, and heartbeats what is missing. A look that fails in a way that may pass by itself (no quorum yet, a command
 * out of time) counts as not yet; everything else ends the wait.
 */
export async function until<T>({ timeoutSeconds, look, giveUp, kubernetesIsAway }: Wait<T>): Promise<T> {
  const context = Context.current();
  const fromNow = (): number => performance.now() + timeoutSeconds * 1000;
  let deadline = fromNow();
  let askedAt = performance.now();
  let because = 'looking for the first time';
  for (;;) {
    const seen = await whileHeartbeating(
      () => because,
      () => patiently(look),
    );
    if ('done' in seen) return seen.done;
    because = seen.waiting;
    context.heartbeat(because);
    const isTime = performance.now() > Math.min(deadline, askedAt + ASK_KUBERNETES_EVERY_MILLISECONDS);
    if (kubernetesIsAway !== undefined && isTime) {
      if (await whileHeartbeating(() => because, kubernetesIsAway)) deadline = fromNow();
      askedAt = performance.now();
    }
    if (performance.now() > deadline) throw await giveUp(`after ${timeoutSeconds} s: ${because}`);
    await waitingFor('ceph', () => context.sleep(LOOK_EVERY_MILLISECONDS));
  }
}

async function patiently<T>(look: () => Promise<Look<T>>): Promise<Look<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CephflowError && error.retryable) return { waiting: firstSentence(error.message) };
    throw error;
  }
}

const firstSentence = (message: string): string => message.split('. ')[0] ?? message;

/** Heartbeats `sentence` while `work` runs, so that a command of minutes is not taken for a dead agent, and cancelling reaches it. */
export async function whileHeartbeating<T>(sentence: () => string, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat(sentence());
  const timer = setInterval(() => context.heartbeat(sentence()), HEARTBEAT_EVERY_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
