/** Names of cephflow's own metrics, as a person types them into Prometheus. Nothing is added to them on the way out. */
export const METRICS = {
  operationSeconds: 'cephflow_operation_seconds',
  stepSeconds: 'cephflow_step_seconds',
  awaiting: 'cephflow_awaiting',
  agentsMissing: 'cephflow_agents_missing',
  healthCheckAge: 'cephflow_health_check_age_seconds',
  watched: 'cephflow_watched_timestamp_seconds',
} as const;

/** Upper bounds of the buckets of both histograms: from a health run's part of a second to an operation that waits for a person. */
export const SECONDS_BUCKETS = [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Header of an activity that carries the id of its step: Temporal hands summaries to people, not to workers. */
export const STEP_HEADER = 'cephflow-step';

/** The operation of a workflow type: `replaceDisk` is `replace-disk` everywhere else. */
export const operationOf = (workflowType: string): string =>
  workflowType.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A step as a label: without its target, so that hosts and disks never become series of their own. */
export const stepLabel = (stepId: string): string => stepId.split('/')[0] ?? stepId;
