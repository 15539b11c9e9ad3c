import type { Command } from 'commander';
import { command, type Bind } from '../command-frame.ts';
import { concludeFollowing } from '../conclude.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireOperation } from '../find-operation.ts';
import { follow } from '../follow.ts';
import { parseDuration, parseTruth } from '../options.ts';
import { patienceOf } from '../start-operation.ts';

interface WatchFlags {
  wait?: boolean;
  timeout?: number;
}

export const watchCommand = (bind: Bind): Command =>
  command(
    'watch',
    'Follow an operation to its end; Ctrl-C detaches and changes nothing',
    'cephflow watch bootstrap:rook-ceph --timeout 30m',
  )
    .argument('<id>', 'id of the operation')
    .option('--wait [boolean]', 'true: wait even while a person is needed and nobody sits here', parseTruth)
    .option('--timeout <duration>', 'stop waiting after this time, the operation goes on', parseDuration)
    .action(bind(runWatch));

/** Follows; the exit code tells how the operation ended. */
export async function runWatch(context: CommandContext, id: string, flags: WatchFlags): Promise<ExitCode> {
  const { runId } = await requireOperation(await context.temporal(), id);
  const end = await follow(context, {
    id,
    runId,
    patience: patienceOf(context, flags),
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }),
  });
  return concludeFollowing(context, id, end);
}
