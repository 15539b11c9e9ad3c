import type { CommandContext } from '../../src/cli/context.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { NEW_DISKS } from '../../src/contract/notice.ts';
import { removeDiskContract } from '../../src/contract/remove-disk.ts';
import { replaceDiskContract } from '../../src/contract/replace-disk.ts';
import type { OperationResult } from '../../src/contract/state.ts';
import { pullDisk } from '../lab/hardware.ts';
import { say } from '../lab/progress.ts';
import type { Chosen } from './choose-disks.ts';
import { plugDisk, swapDisk, type PluggedDisk } from './disks.ts';
import { destroysOnly } from './objections.ts';
import {
  approveAndFollow,
  approveOnce,
  OperationFailed,
  resultOf,
  startOperation,
  type StartedOperation,
} from './operation.ts';
import { untilAsked } from './question.ts';

/** Noticing takes under a minute on an idle machine; here a client writes as well. */
const NOTICED_WITHIN_SECONDS = 120;
/** Recognising takes two looks; an agent that was killed with the old disk comes back first. */
const RECOGNISED_WITHIN_SECONDS = 180;

export interface AddedDisk {
  disk: PluggedDisk;
  osd: number;
}

/** Plugs a disk in, waits until add-disk asks about it by itself, and approves exactly that disk. */
export async function addNoticedDisk(context: CommandContext, cluster: string, node: string): Promise<AddedDisk> {
  const disk = await plugDisk(node);
  say(`  Plugged ${disk.device} (${disk.id}) into ${node}; add-disk asks about it by itself.`);
  const id = addDiskContract.suggestedId({ cluster, node });
  const started = await untilAsked(context, { id, disk: disk.id, withinSeconds: NOTICED_WITHIN_SECONDS }).catch(
    (cause: unknown) => {
      const because = `Nothing asks where ${NEW_DISKS} of the document is another word than ask`;
      const look = `npm run cephflow -- devices ${node} tells what became of ${disk.name}`;
      throw new OperationFailed(`${(cause as Error).message} ${because}; ${look}.`, { cause });
    },
  );
  say(`  ${id} asked ${((Date.now() - disk.pluggedAt) / 1000).toFixed(1)} s after the plug.`);
  return { disk, osd: osdMadeOn(disk, started.id, await approveAndFollow(context, started, destroysOnly(disk.id))) };
}

/** The one OSD that add-disk made, on exactly this disk. @throws OperationFailed where it made another one, or none */
export function osdMadeOn(disk: PluggedDisk, id: string, result: OperationResult): number {
  const { osds = [] }: AddDiskResult = requireDone(id, result);
  const [made] = osds;
  if (made === undefined || osds.length > 1 || made.disk !== disk.id)
    throw new OperationFailed(`${id} ended without exactly one OSD on ${disk.id}: ${result.summary}`);
  return made.id;
}

/** Replaces a healthy disk: approved, swapped when it is asked for, and the new one approved by its own plan. */
export async function replaceDisk(
  context: CommandContext,
  cluster: string,
  { node, id: oldDisk, osd }: Chosen['replaced'],
): Promise<{ started: StartedOperation; disk: PluggedDisk }> {
  const input = { osd, reason: `${oldDisk} is replaced` };
  const started = await startOperation(context, replaceDiskContract, cluster, input);
  await untilSwapNow(context, started, { osd, oldDisk });
  const disk = await swapDisk(node, oldDisk);
  say(`  Took ${oldDisk} out of ${node} and put ${disk.device} (${disk.id}) in.`);
  await untilAsked(context, { id: started.id, disk: disk.id, withinSeconds: RECOGNISED_WITHIN_SECONDS });
  say(`  ${started.id} asked about it ${((Date.now() - disk.pluggedAt) / 1000).toFixed(1)} s after the plug.`);
  requireDone(started.id, await approveAndFollow(context, started, destroysOnly(disk.id)));
  return { started, disk };
}

/** A disk may be pulled out only where the operation says so of that disk. */
async function untilSwapNow(
  context: CommandContext,
  started: StartedOperation,
  { osd, oldDisk }: { osd: number; oldDisk: string },
): Promise<void> {
  const end = await approveOnce(context, started, destroysOnly(`osd.${osd}:`));
  const asked = end.kind === 'person-needed' ? end.state.awaitingBecause : '';
  if (asked.includes(`swap now: take ${oldDisk} `)) return;
  const { summary } = resultOf(started.id, end);
  throw new OperationFailed(`${started.id} ended without asking for another disk: ${summary}`);
}

/** Takes an OSD out for good, wipes its disk and pulls it out. */
export async function removeAndPull(context: CommandContext, cluster: string, { disk, osd }: AddedDisk): Promise<void> {
  const input = { osd, wipe: true, reason: 'its disk is needed elsewhere' };
  const started = await startOperation(context, removeDiskContract, cluster, input);
  requireDone(started.id, await approveAndFollow(context, started, destroysOnly(`osd.${osd}:`, disk.id)));
  await pullDisk(disk.node, disk.name);
  say(`  Pulled ${disk.device} out of ${disk.node}.`);
}

function requireDone(id: string, result: OperationResult): OperationResult {
  if (result.outcome === 'done') return result;
  throw new OperationFailed(`${id} did nothing: ${result.summary}`);
}
