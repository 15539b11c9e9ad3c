import { Context } from '@temporalio/activity';
import type {
  CephHealth,
  HealthReportActivities,
  ReportHealthInput,
} from '../../src/contract/check-health-activities.ts';
import type { HealthResult } from '../../src/contract/check-health.ts';
import { hostsToJudgeAgain } from '../../src/domain/health-disks.ts';
import { judgeCluster } from '../../src/domain/health-run.ts';
import { forgetJudged } from '../observe/noticed-hosts.ts';
import { writeDocumentHealth, type WantedHealth } from '../operations/document-status.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { tellChanges } from './health-event.ts';
import { observeCluster } from './observe-cluster.ts';

/** Activity of the queue `cephflow` that ends a health run. */
export const createHealthReportActivities = (deps: OpsDeps): HealthReportActivities => ({
  reportHealth: (input) => reportHealth(deps, input),
});

/**
 * Judges what was seen, and tells it where it is otherwise than before: Ceph's word in the document's status, and one Event for all changes.
 * Where Ceph suspects other disks than the device table says, the table is judged again.
 * Changes nothing of the cluster. A repeat of the same run writes nothing twice.
 */
async function reportHealth(deps: OpsDeps, { cluster, ceph, before }: ReportHealthInput): Promise<HealthResult> {
  const seen = await observeCluster(deps, cluster, ceph);
  const result = judgeCluster(seen, before);
  for (const node of hostsToJudgeAgain(seen)) await forgetJudged(deps.kubernetes, cluster, node);
  // Where no agent asked Ceph, its last word stays: the result and the Event tell that nobody looked.
  if (ceph.reachable || ceph.silent === 'ceph')
    await writeDocumentHealth(deps.kubernetes, cluster, documentHealth(ceph));
  if (result.changes.length > 0)
    await tellChanges(deps, { cluster, runId: Context.current().info.workflowExecution?.runId ?? '', result });
  return result;
}

/** As Rook writes it, also where Ceph does not answer. */
function documentHealth(ceph: CephHealth): WantedHealth {
  if (!ceph.reachable)
    return { health: 'HEALTH_ERR', details: { error: { severity: 'Urgent', message: ceph.reason } } };
  const { health, fsid, versions } = ceph;
  const shown = health.checks.filter(({ muted }) => !muted);
  const details = Object.fromEntries(shown.map(({ code, severity, message }) => [code, { severity, message }]));
  return { health: health.status, fsid, versions, details };
}
