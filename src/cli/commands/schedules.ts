import { Argument, type Command } from 'commander';
import { alignColumns, type Column } from '../../console/columns.ts';
import { formatDuration, secondsBetween } from '../../console/duration.ts';
import { BY_FLAG, BY_HELP, command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { clusterNamed, requireCluster } from '../options.ts';
import { printReport } from '../output.ts';
import type { ScheduleAct, ScheduleRow } from '../temporal-port.ts';

const ACTIONS = ['list', 'pause', 'resume', 'trigger'] as const;
type Action = (typeof ACTIONS)[number];

interface ScheduleFlags {
  by?: string;
  reason?: string;
}

export const schedulesCommand = (bind: Bind): Command =>
  command(
    'schedules',
    'List, pause, resume or trigger the schedules that look at clusters',
    'cephflow schedules pause rook-ceph --reason "work on the network"',
  )
    .addArgument(new Argument('[action]', 'what to do').choices(ACTIONS).default('list'))
    .argument('[cluster]', 'namespace of the cluster; with list, all clusters without it')
    .option('--reason <text>', 'why it is paused or resumed, shown as its note')
    .option(BY_FLAG, BY_HELP)
    .action(bind(runSchedules));

async function runSchedules(
  context: CommandContext,
  action: Action,
  argument: string | undefined,
  flags: ScheduleFlags,
): Promise<ExitCode> {
  if (action === 'list') return listSchedules(context, clusterNamed(argument, context.options));
  return steer(context, action, requireCluster(argument, context.options), flags);
}

async function listSchedules(context: CommandContext, cluster: string | undefined): Promise<ExitCode> {
  const rows = await (await context.temporal()).schedules(cluster);
  if (rows.length === 0)
    context.io.err(`There is no schedule${cluster === undefined ? '' : ` of ${cluster}`}; bootstrap makes it.`);
  print(context, rows);
  return EXIT.done;
}

const DONE: Record<ScheduleAct, { verb: string; sentence: string }> = {
  pause: { verb: 'paused', sentence: 'Paused: nobody looks at the cluster by itself until it is resumed.' },
  resume: { verb: 'resumed', sentence: 'Resumed.' },
  trigger: { verb: 'triggered', sentence: 'A look begins now, unless one is under way.' },
};

/** Prints the schedule as it is afterwards, read back. */
async function steer(
  context: CommandContext,
  act: ScheduleAct,
  cluster: string,
  { by = context.io.user, reason }: ScheduleFlags,
): Promise<ExitCode> {
  const temporal = await context.temporal();
  await temporal.steerSchedule(cluster, act, `${DONE[act].verb} by ${by}${reason === undefined ? '' : `: ${reason}`}`);
  context.io.err(DONE[act].sentence);
  print(context, await temporal.schedules(cluster));
  return EXIT.done;
}

const print = (context: CommandContext, rows: ScheduleRow[]): void =>
  printReport(context, rows, () => (rows.length === 0 ? [] : alignColumns(rows, columnsOf(context))));

function columnsOf({ io }: CommandContext): Column<ScheduleRow>[] {
  const now = new Date(io.now()).toISOString();
  return [
    { title: 'ID', value: (row) => row.id },
    { title: 'STATE', value: (row) => row.state },
    { title: 'LAST RUN', value: (row) => ago(row.lastRunAt, now) },
    { title: 'NOTE', value: (row) => row.note },
  ];
}

function ago(time: string | undefined, now: string): string {
  const seconds = secondsBetween(time, now);
  return seconds === undefined ? 'never' : `${formatDuration(seconds)} ago`;
}
