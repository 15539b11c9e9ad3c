import type { Command } from 'commander';
import { alignColumns, type Column } from '../../console/columns.ts';
import { formatDuration, secondsBetween } from '../../console/duration.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { operationsQuery } from '../operations-query.ts';
import { clusterNamed } from '../options.ts';
import { printReport } from '../output.ts';
import type { Execution } from '../temporal-port.ts';

const RUNNING_SHOWN = 200;
const RECENT_SHOWN = 20;

/** One operation of the list, as -o json prints it. */
export interface OperationRow {
  id: string;
  runId: string;
  operation: string;
  cluster: string;
  target: string;
  phase: string;
  awaiting: string;
  status: string;
  startedAt: string;
  closedAt?: string;
}

export const operationsCommand = (bind: Bind): Command =>
  command('operations', 'List running operations, then recent ones', 'cephflow operations rook-ceph --output wide')
    .argument('[cluster]', 'namespace of the cluster; all clusters without it')
    .action(bind(runOperations));

/** Lists from Temporal's visibility, which may be a few seconds behind. */
export async function runOperations(context: CommandContext, argument: string | undefined): Promise<ExitCode> {
  const cluster = clusterNamed(argument, context.options);
  const temporal = await context.temporal();
  const [running, recent] = await Promise.all([
    temporal.list(operationsQuery(cluster, 'open'), RUNNING_SHOWN),
    temporal.list(operationsQuery(cluster, 'closed'), RECENT_SHOWN),
  ]);
  const rows = [...running, ...recent].map(rowOf);
  if (rows.length === 0) context.io.err(`No operation is known${cluster === undefined ? '' : ` of ${cluster}`}.`);
  printReport(context, rows, () => (rows.length === 0 ? [] : alignColumns(rows, columnsOf(context))));
  return EXIT.done;
}

function rowOf({ id, runId, type, status, startedAt, closedAt, attributes }: Execution): OperationRow {
  return {
    id,
    runId,
    operation: attributes['CephOperation'] ?? type,
    cluster: attributes['CephCluster'] ?? '',
    target: attributes['CephTarget'] ?? '',
    phase: attributes['CephPhase'] ?? '',
    awaiting: status === 'running' ? (attributes['CephAwaiting'] ?? 'none') : 'none',
    status,
    startedAt,
    ...(closedAt === undefined ? {} : { closedAt }),
  };
}

function columnsOf({ io, options }: CommandContext): Column<OperationRow>[] {
  const now = new Date(io.now()).toISOString();
  const wide: Column<OperationRow>[] = [
    { title: 'TARGET', value: (row) => row.target },
    { title: 'RUN', value: (row) => row.runId },
  ];
  return [
    { title: 'ID', value: (row) => row.id },
    { title: 'OPERATION', value: (row) => row.operation },
    { title: 'CLUSTER', value: (row) => row.cluster },
    { title: 'PHASE', value: (row) => row.phase },
    { title: 'AWAITING', value: (row) => row.awaiting },
    { title: 'SINCE', value: (row) => `${formatDuration(secondsBetween(row.startedAt, now) ?? 0)} ago` },
    { title: 'STATUS', value: (row) => row.status },
    ...(options.output === 'wide' ? wide : []),
  ];
}
