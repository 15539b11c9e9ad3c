import type { Command } from 'commander';
import { replaceDiskContract } from '../../contract/replace-disk.ts';
import { deskAtTerminal } from '../approval-desk.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCluster } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, startOperation, type StartFlags } from '../start-operation.ts';
import { parseOsd } from './remove-disk.ts';

interface ReplaceDiskFlags extends StartFlags {
  device?: string;
  wipe?: boolean;
}

export const replaceDiskCommand = (bind: Bind): Command =>
  withStartFlags(
    command('replace-disk', 'Give one OSD a new disk under its old id', 'cephflow replace-disk rook-ceph osd.5'),
  )
    .argument('<cluster>', 'namespace of the cluster')
    .argument('[osd]', 'the OSD, as osd.5 or 5', parseOsd)
    .option('--device <id>', 'identity of its disk instead, as "cephflow devices" shows it')
    .option('--wipe', 'wipe the old disk before it is taken out, where it can be written to')
    .action(bind(runReplaceDisk));

/** Starts replace-disk. The new disk is approved by itself, when it is there. */
export async function runReplaceDisk(
  context: CommandContext,
  argument: string,
  osd: number | undefined,
  flags: ReplaceDiskFlags,
): Promise<ExitCode> {
  const { device } = flags;
  const target = { ...(osd === undefined ? {} : { osd }), ...(device === undefined ? {} : { device }) };
  const named = { cluster: requireCluster(argument, context.options), ...target };
  const input = requireInput(replaceDiskContract, {
    ...startFields(named.cluster, flags),
    ...target,
    ...(flags.wipe === true ? { wipe: true } : {}),
  });
  const desk = deskAtTerminal(context, replaceDiskContract.suggestedId(named), flags);
  return await startOperation(context, replaceDiskContract, input, named, flags, desk);
}
