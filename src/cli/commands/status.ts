import type { Command } from 'commander';
import { findingLine, gravestFirst } from '../../console/finding-lines.ts';
import type { ClusterStatus } from '../../contract/cluster-status.ts';
import { clusterStatus } from '../cluster-status.ts';
import { CommandError } from '../command-error.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reportCode } from '../failure-report.ts';
import { requireCluster } from '../options.ts';
import { printReport } from '../output.ts';

const WITHIN_SECONDS = 60;

export const statusCommand = (bind: Bind): Command =>
  command(
    'status',
    'Show the health of a cluster as Ceph itself tells it now',
    'cephflow status rook-ceph --output json',
  )
    .argument('[cluster]', 'namespace of the cluster')
    .action(bind(runStatus));

/** Asks Ceph through a short workflow on an agent of the cluster; exit code 0 only for HEALTH_OK. */
export async function runStatus(context: CommandContext, argument: string | undefined): Promise<ExitCode> {
  const cluster = requireCluster(argument, context.options);
  const temporal = await context.temporal();
  const request = {
    type: 'readStatus',
    id: `read-status:${cluster}`,
    input: { cluster },
    summary: `status of cluster ${cluster}`,
  };
  const ending = await temporal.execute(request, WITHIN_SECONDS).catch((error: unknown) => {
    throw slowAnswer(error, cluster);
  });
  if (ending.kind === 'finished') return printStatus(context, cluster, understood(ending.result));
  const report = ending.kind === 'failed' ? reportCode(ending.code, ending.message, ending.details) : undefined;
  (report?.lines ?? [`Error: the status of ${cluster} could not be read: it ${ending.message}.`]).forEach((line) =>
    context.io.err(line),
  );
  return report?.exitCode ?? EXIT.unreachable;
}

function understood(result: unknown): ClusterStatus {
  const { success, data, error } = clusterStatus.safeParse(result);
  if (success) return data as unknown as ClusterStatus;
  throw new CommandError(
    EXIT.failed,
    'The worker answered in a form that this program does not know; use the program of the same version as the ops worker.',
    { cause: error },
  );
}

/** Temporal was reached when the connection was opened; what is missing then is a worker or an agent. */
function slowAnswer(error: unknown, cluster: string): unknown {
  if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable) return error;
  return new CommandError(
    EXIT.unreachable,
    `The status of ${cluster} could not be read within ${WITHIN_SECONDS} s: ${error.message} If Temporal runs, look whether the ops workers and the agents of ${cluster} do.`,
    { cause: error },
  );
}

function printStatus(context: CommandContext, cluster: string, status: ClusterStatus): ExitCode {
  printReport(context, { cluster, ...status }, () => statusLines(cluster, status));
  if (status.health === 'UNREACHABLE') return EXIT.unreachable;
  return status.health === 'HEALTH_OK' ? EXIT.done : EXIT.unhealthy;
}

function statusLines(cluster: string, status: ClusterStatus): string[] {
  const { health, healthCodes, mons, mgr, osds, version, operations, schedule, findings } = status;
  const running = operations.map(({ workflowId, awaiting }) =>
    awaiting === 'none' ? workflowId : `${workflowId} (awaiting ${awaiting})`,
  );
  return [
    `${cluster}: ${health}${healthCodes.length === 0 ? '' : ` (${healthCodes.join(', ')})`}`,
    `  version      ${version === '' ? 'not the same everywhere, or not known' : version}`,
    `  mons         quorum ${mons.quorum.length === 0 ? 'none' : mons.quorum.join(', ')}`,
    `  mgr          ${mgr.available ? `${mgr.active ?? ''} available` : 'not available'}`,
    `  osds         ${osds.up} up, ${osds.in} in, ${osds.total} in all`,
    `  operations   ${running.length === 0 ? 'none' : running.join(', ')}`,
    `  schedule     ${describeSchedule(schedule)}`,
    ...gravestFirst(findings).map((finding) => `  ${findingLine(finding, Number.POSITIVE_INFINITY)}`),
  ];
}

function describeSchedule(schedule: ClusterStatus['schedule']): string {
  if (schedule === undefined) return 'not told by the ops worker';
  if (schedule.state === 'paused') return `paused${schedule.note === '' ? '' : ` (${schedule.note})`}`;
  if (schedule.state === 'different') return `other than bootstrap set it: ${schedule.because}`;
  return schedule.state === 'missing' ? 'missing; bootstrap makes it' : schedule.state;
}
