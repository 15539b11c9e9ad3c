import { Option, type Command } from 'commander';
import { addNodeContract, PACES } from '../../contract/add-node.ts';
import { deskAtTerminal } from '../approval-desk.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCluster } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, startOperation, type StartFlags } from '../start-operation.ts';

interface AddNodeFlags extends StartFlags {
  except?: string[];
  pace?: string;
  approve?: boolean;
}

export const addNodeCommand = (bind: Bind): Command =>
  withStartFlags(
    command(
      'add-node',
      'Make all OSDs of a host that joins, and let data move once',
      'cephflow add-node rook-ceph n4 --pace gentle',
    ),
  )
    .argument('<cluster>', 'namespace of the cluster')
    .argument('<node>', 'host that joins')
    .addOption(new Option('--pace <pace>', 'how much of the disks the moving of data may take').choices(PACES))
    .option('--except <ids...>', 'identities of disks that are left alone')
    .option('--approve', 'approve in advance; a disk that is not blank still asks')
    .action(bind(runAddNode));

/** Starts add-node. A mistake in the input is told before anything is started. */
export async function runAddNode(
  context: CommandContext,
  argument: string,
  node: string,
  flags: AddNodeFlags,
): Promise<ExitCode> {
  const named = { cluster: requireCluster(argument, context.options), node };
  const input = requireInput(addNodeContract, {
    ...startFields(named.cluster, flags),
    node,
    ...(flags.except === undefined ? {} : { except: flags.except }),
    ...(flags.pace === undefined ? {} : { pace: flags.pace }),
    ...(flags.approve === true ? { approval: 'auto' } : {}),
  });
  const desk = deskAtTerminal(context, addNodeContract.suggestedId(named), flags);
  return await startOperation(context, addNodeContract, input, named, flags, desk);
}
