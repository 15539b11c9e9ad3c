import type { BootstrapPlan } from '../src/contract/bootstrap.ts';
import type { WriteStatusInput } from '../src/contract/bootstrap-activities.ts';
import { ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';
import { showDisks } from './show-disks.ts';

interface Report extends Pick<WriteStatusInput, 'message' | 'ceph'> {
  /** What was made, where the device table has to show it. */
  made?: Pick<BootstrapPlan, 'nodes' | 'dataDir' | 'proposedFsid'>;
}

/** The last step of an operation that left the cluster serving: the device table, and the document's status. */
export async function reportReady<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  { made, ...status }: Report,
): Promise<void> {
  const { cluster } = run;
  run.enter('report');
  await run.step('report-status', async () => {
    if (made !== undefined) await showDisks(run, made);
    // Last, and after all that was told of the way: nothing may overwrite it.
    await run.statusTold();
    await ops.writeStatus({ cluster, phase: 'Ready', ...status });
  });
}
