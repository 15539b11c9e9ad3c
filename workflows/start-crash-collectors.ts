import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import { cephOn, ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';

/** A collector on every host that has daemons, as the plan names them; none where the document wants none. */
export const startCrashCollectors = <Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  input: StartDaemonsInput,
) =>
  run.optionalStep('start-crash-collectors', async () => {
    const { cluster } = run;
    if (input.facts.crashCollectorNodes?.length) await cephOn(cluster).makeCrashKey({ cluster });
    await ops.startCrashCollectors(input);
  });
