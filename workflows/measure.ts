import {
  ApplicationFailure,
  ContinueAsNew,
  isCancellation,
  log,
  metricMeter,
  TemporalFailure,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { METRICS, operationOf, stepLabel } from '../src/contract/metrics.ts';

/**
 * Measures an operation from the start of its first run, also over continued ones: a histogram value and a log line when it has ended.
 * The promise is handed back as it came: one more turn of the event loop could change the order of the commands of an old history.
 */
export function measureOperation<Result>(work: Promise<Result>): Promise<Result> {
  const since = workflowInfo().startTime.getTime();
  observe(work, (outcome) => record({ metric: METRICS.operationSeconds, since, outcome }));
  return work;
}

/** Measures one attempt of a step, hosts and people that it waits for included. Hands the promise back as it came. */
export function measureStep<Result>(stepId: string, work: Promise<Result>): Promise<Result> {
  const since = Date.now();
  observe(work, (outcome) => record({ metric: METRICS.stepSeconds, since, outcome, stepId }));
  return work;
}

const RESULTS = ['done', 'planned', 'nothing-to-do', 'rejected'] as const;
type Ended = (typeof RESULTS)[number] | 'aborted' | 'cancelled' | 'timed-out' | 'failed';

function observe(work: Promise<unknown>, ended: (outcome: Ended) => void): void {
  void work.then(
    (result) => ended(outcomeOfResult(result)),
    (error: unknown) => {
      // None of them ends what is measured: it goes on under a new run, a person answered, or a newer worker may mend the bug.
      if (error instanceof ContinueAsNew || !(error instanceof TemporalFailure)) return;
      ended(outcomeOfFailure(error));
    },
  );
}

const outcomeOfResult = (result: unknown): Ended => {
  const named = (result as { outcome?: unknown } | null | undefined)?.outcome;
  return RESULTS.find((outcome) => outcome === named) ?? 'done';
};

function outcomeOfFailure(error: TemporalFailure): Ended {
  if (isCancellation(error)) return 'cancelled';
  if (error instanceof ApplicationFailure && error.type === 'ABORTED') return 'aborted';
  // A host that took no work: not a fault of the step, which waits for the host.
  return error.cause instanceof TimeoutFailure ? 'timed-out' : 'failed';
}

interface Measured {
  metric: string;
  /** Milliseconds of the workflow's clock, which may run backwards between two servers. */
  since: number;
  outcome: Ended;
  stepId?: string;
}

/** While a history is replayed nothing is recorded or logged: that is done in the SDK, at both calls. */
function record({ metric, since, outcome, stepId }: Measured): void {
  const seconds = Math.max(0, Date.now() - since) / 1000;
  const operation = operationOf(workflowInfo().workflowType);
  const labels: Record<string, string> = stepId === undefined ? {} : { step: stepLabel(stepId) };
  metricMeter.createHistogram(metric, 'float').record(seconds, { operation, ...labels, outcome });
  if (stepId === undefined) log.info(`operation ended: ${outcome}`, { outcome, seconds });
  else log.info(`step ended: ${outcome}`, { step: stepId, outcome, seconds });
}
