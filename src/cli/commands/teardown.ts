import type { Command } from 'commander';
import { teardownContract } from '../../contract/teardown.ts';
import { confirmedDesk, deskAtTerminal } from '../approval-desk.ts';
import { usageError } from '../command-error.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { ApprovalDesk } from '../follow.ts';
import { requireCluster } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, startOperation, type StartFlags } from '../start-operation.ts';

interface TeardownFlags extends StartFlags {
  data?: string;
  confirm?: string;
}

export const teardownCommand = (bind: Bind): Command =>
  withStartFlags(
    command(
      'teardown',
      'Take a cluster away with its data (disks are wiped and read back), or only stop it and keep all data',
      'cephflow teardown rook-ceph --data destroy --dry-run',
    ),
  )
    .argument('[cluster]', 'namespace of the cluster')
    .option(
      '--data <fate>',
      'what becomes of the data: "destroy", or "keep" to stop the cluster until bootstrap takes it up again; no default',
    )
    .option('--confirm <cluster>', "the cluster's name: approves the plan after showing it, for scripts")
    .action(bind(runTeardown));

/** Starts teardown. Only the cluster's name, typed or given by --confirm, approves the plan. */
export async function runTeardown(
  context: CommandContext,
  argument: string | undefined,
  flags: TeardownFlags,
): Promise<ExitCode> {
  const cluster = requireCluster(argument, context.options);
  if (flags.data === undefined)
    throw usageError('Say what becomes of the data with --data destroy or --data keep; teardown never guesses it.');
  if (flags.confirm !== undefined && flags.confirm !== cluster)
    throw usageError(
      `--confirm names ${flags.confirm}, but the cluster is ${cluster}; name the cluster that shall be taken away.`,
    );
  const input = requireInput(teardownContract, { ...startFields(cluster, flags), data: flags.data });
  return await startOperation(context, teardownContract, input, { cluster }, flags, deskOf(context, cluster, flags));
}

function deskOf(context: CommandContext, cluster: string, flags: TeardownFlags): ApprovalDesk | undefined {
  const id = teardownContract.suggestedId({ cluster });
  if (flags.confirm !== undefined) return confirmedDesk(context, id, flags.by ?? context.io.user);
  return deskAtTerminal(context, id, flags);
}
