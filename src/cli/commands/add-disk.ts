import type { Command } from 'commander';
import { addDiskContract } from '../../contract/add-disk.ts';
import { deskAtTerminal } from '../approval-desk.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCluster } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, startOperation, type StartFlags } from '../start-operation.ts';

interface AddDiskFlags extends StartFlags {
  device?: string[];
  except?: string[];
  until?: string;
  approve?: boolean;
}

export const addDiskCommand = (bind: Bind): Command =>
  withStartFlags(
    command(
      'add-disk',
      'Make OSDs on disks of one host',
      'cephflow add-disk rook-ceph n1 --device wwn:0x5000c500a1b2c3d4',
    ),
  )
    .argument('<cluster>', 'namespace of the cluster')
    .argument('<node>', 'host that has the disks')
    .option('--device <ids...>', 'identities as "cephflow devices" shows them; without it every disk that can be one')
    .option('--except <ids...>', 'identities of disks that are left alone')
    .option('--until <state>', 'up: the OSDs serve; clean: the data has moved to them as well', 'up')
    .option('--approve', 'approve in advance; a disk that is not blank still asks')
    .action(bind(runAddDisk));

/** Starts add-disk. A mistake in the input is told before anything is started. */
export async function runAddDisk(
  context: CommandContext,
  argument: string,
  node: string,
  flags: AddDiskFlags,
): Promise<ExitCode> {
  const named = { cluster: requireCluster(argument, context.options), node };
  const input = requireInput(addDiskContract, {
    ...startFields(named.cluster, flags),
    node,
    ...(flags.device === undefined ? {} : { devices: flags.device }),
    ...(flags.except === undefined ? {} : { except: flags.except }),
    ...(flags.until === undefined ? {} : { wait: flags.until }),
    ...(flags.approve === true ? { approval: 'auto' } : {}),
  });
  const desk = deskAtTerminal(context, addDiskContract.suggestedId(named), flags);
  return await startOperation(context, addDiskContract, input, named, flags, desk);
}
