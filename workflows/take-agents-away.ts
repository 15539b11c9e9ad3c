import { workflowInfo } from '@temporalio/workflow';
import { ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';

/** Undo of the look: agents that this run added go again, unless another operation works with them by now. Says so then. */
export async function takeAgentsAway<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
): Promise<void> {
  const { cluster } = run;
  const { keptFor } = await ops.removeAddedAgents({ cluster, runId: workflowInfo().runId });
  if (keptFor === undefined) return;
  run.found([
    {
      code: 'AGENTS_KEPT',
      severity: 'info',
      because: `The agents that this operation added to ${cluster} stay: ${keptFor}.`,
      target: cluster,
    },
  ]);
}
