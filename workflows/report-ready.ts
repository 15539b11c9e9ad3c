import type { WriteStatusInput } from '../src/contract/bootstrap-activities.ts';
import { ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';
import { showDisks, type Shown } from './show-disks.ts';

interface Report extends Pick<WriteStatusInput, 'message' | 'ceph'> {
  /** Hosts that the device table is to show as they are now. */
  shown?: Shown;
}

/** The last step of an operation that left the cluster serving: the device table, and the document's status. */
export async function reportReady<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  { shown, ...status }: Report,
): Promise<void> {
  const { cluster } = run;
  run.enter('report');
  await run.step('report-status', async () => {
    if (shown !== undefined) await showDisks(run, shown);
    // Last, and after all that was told of the way: nothing may overwrite it.
    await run.statusTold();
    await ops.writeStatus({ cluster, phase: 'Ready', ...status });
  });
}
