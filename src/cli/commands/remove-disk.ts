import { InvalidArgumentError, type Command } from 'commander';
import { removeDiskContract } from '../../contract/remove-disk.ts';
import { deskAtTerminal } from '../approval-desk.ts';
import { usageError } from '../command-error.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { parseTruth, requireCluster } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, startOperation, type StartFlags } from '../start-operation.ts';

interface RemoveDiskFlags extends StartFlags {
  wipe?: boolean;
}

export const removeDiskCommand = (bind: Bind): Command =>
  withStartFlags(
    command(
      'remove-disk',
      'Take one OSD out of the cluster for good',
      'cephflow remove-disk rook-ceph osd.5 --wipe true',
    ),
  )
    .argument('<cluster>', 'namespace of the cluster')
    .argument('<osd>', 'the OSD, as osd.5 or 5', parseOsd)
    .option('--wipe <boolean>', 'true: wipe its disk afterwards; false: leave what is on it; no default', parseTruth)
    .action(bind(runRemoveDisk));

/** `osd.5` and `5`. */
export function parseOsd(text: string): number {
  const [, id] = /^(?:osd\.)?(\d+)$/.exec(text) ?? [];
  if (id === undefined) throw new InvalidArgumentError('Write an OSD as osd.5 or 5.');
  return Number(id);
}

/** Starts remove-disk. What becomes of the disk is never guessed. */
export async function runRemoveDisk(
  context: CommandContext,
  argument: string,
  osd: number,
  flags: RemoveDiskFlags,
): Promise<ExitCode> {
  const named = { cluster: requireCluster(argument, context.options), osd };
  if (flags.wipe === undefined)
    throw usageError('Say what becomes of the disk with --wipe true or --wipe false; remove-disk never guesses it.');
  const input = requireInput(removeDiskContract, { ...startFields(named.cluster, flags), osd, wipe: flags.wipe });
  const desk = deskAtTerminal(context, removeDiskContract.suggestedId(named), flags);
  return await startOperation(context, removeDiskContract, input, named, flags, desk);
}
