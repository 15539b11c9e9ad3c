import { setTimeout as pause } from 'node:timers/promises';
import type { CommandContext } from '../../src/cli/context.ts';
import { addDiskContract } from '../../src/contract/add-disk.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { chooseDisks } from '../demo/choose-disks.ts';
import { osdMadeOn, removeAndPull, replaceDisk } from '../demo/disk-operations.ts';
import { diskRows, plugDisk } from '../demo/disks.ts';
import { CLUSTER } from '../demo/example.ts';
import { approveAndFollow, type StartedOperation } from '../demo/operation.ts';
import { until } from '../lab/until.ts';
import { MEASURED } from './aims.ts';
import type { Measured } from './measure.ts';
import { withNewDisks } from './new-disk-policy.ts';
import { measureRun } from './run-operation.ts';

const NOTICED_WITHIN_SECONDS = 120;
/** Looking more often would take processor time from what is measured. */
const LOOK_EVERY_MILLISECONDS = 500;

/**
 * Plugs a disk in where the document lets new ones be added without a question, and measures from there until its OSD serves. Document, OSDs
 * and disks are afterwards as they were.
 */
export async function benchAddDisk(context: CommandContext, kubernetes: Kubernetes): Promise<Measured> {
  const { addTo } = chooseDisks(await diskRows(context, CLUSTER));
  const { added, measured } = await withNewDisks(kubernetes, 'add', async () => {
    const nextRun = await runAfterThis(context, addDiskContract.suggestedId({ cluster: CLUSTER, node: addTo }));
    const disk = await plugDisk(addTo);
    const started = await nextRun();
    const result = await approveAndFollow(context, started, () => 'asks although the document says "add"');
    const osd = osdMadeOn(disk, started.id, result);
    return { added: { disk, osd }, measured: await measureRun(MEASURED.addDisk, started, disk) };
  });
  await removeAndPull(context, CLUSTER, added);
  return measured;
}

/** Waits for the run under that id that comes after the one that was the last when this was called. */
async function runAfterThis(context: CommandContext, id: string): Promise<() => Promise<StartedOperation>> {
  const temporal = await context.temporal();
  const last = (await temporal.describe(id))?.runId;
  return async () => {
    let runId: string | undefined;
    await until(`${id} is started by what was noticed`, NOTICED_WITHIN_SECONDS, async () => {
      await pause(LOOK_EVERY_MILLISECONDS);
      runId = (await temporal.describe(id))?.runId;
      return runId !== last;
    });
    return { id, runId: runId ?? '' };
  };
}

/** Replaces the disk of a healthy OSD and measures it without what it waited for hands. The node has as many disks as before. */
export async function benchReplaceDisk(context: CommandContext): Promise<Measured> {
  const { replaced } = chooseDisks(await diskRows(context, CLUSTER));
  const { started, disk } = await replaceDisk(context, CLUSTER, replaced);
  return measureRun(MEASURED.replaceDisk, started, disk);
}
