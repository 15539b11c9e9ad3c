import { checkHealthContract } from '../contract/check-health.ts';

/** Visibility query for what people start; a scheduled look every minute would leave no place for it. */
export const operationsQuery = (cluster: string | undefined, which: 'open' | 'closed'): string =>
  [
    'CephOperation IS NOT NULL',
    `WorkflowType != '${checkHealthContract.workflowType}'`,
    ...ofCluster(cluster),
    `ExecutionStatus ${which === 'open' ? '=' : '!='} 'Running'`,
  ].join(' AND ');

/** Visibility query for the looks of a cluster's schedule that have ended. */
export const healthChecksQuery = (cluster: string): string =>
  [`WorkflowType = '${checkHealthContract.workflowType}'`, ...ofCluster(cluster), "ExecutionStatus != 'Running'"].join(
    ' AND ',
  );

/** A name that is none of a namespace could change the query. */
const ofCluster = (cluster: string | undefined): string[] =>
  cluster === undefined ? [] : [`CephCluster = '${cluster.replaceAll(/[^a-z0-9-]/g, '')}'`];
