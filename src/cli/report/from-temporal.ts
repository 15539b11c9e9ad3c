import type { Json } from '../../contract/finding.ts';
import type { CommandContext } from '../context.ts';
import { healthChecksQuery, operationsQuery } from '../operations-query.ts';
import type { Execution, TemporalPort } from '../temporal-port.ts';
import { attempt } from './attempt.ts';
import { redactHistory } from './history.ts';
import type { ReportFiles } from './report-files.ts';

const OPEN_TOLD = 50;
const CLOSED_TOLD = 20;
const HISTORIES = 10;
/** An agent that is silent must not hold up a report that is made because of it. */
const STATUS_WITHIN_SECONDS = 20;

/** Operations with what they say of themselves, and histories of those that stopped for a fault. False where Temporal does not answer. */
export async function gatherTemporal(context: CommandContext, files: ReportFiles, cluster?: string): Promise<boolean> {
  return await attempt(files, 'What Temporal knows', async () => {
    const temporal = await context.temporal();
    const open = await temporal.list(operationsQuery(cluster, 'open'), OPEN_TOLD);
    const closed = await temporal.list(operationsQuery(cluster, 'closed'), CLOSED_TOLD);
    files.json(['temporal.json'], { temporal: temporal.description, version: await temporal.serverVersion() });
    files.json(['operations.json'], [...open, ...closed]);
    await attempt(files, 'The schedules', async () =>
      files.json(['schedules.json'], await temporal.schedules(cluster)),
    );
    for (const one of open) await tellOpen(temporal, files, one);
    for (const one of closed) await tellClosed(temporal, files, one);
    const stopped = [...open, ...closed].filter(isStopped);
    for (const one of stopped.slice(0, HISTORIES)) await tellHistory(temporal, files, one);
    if (stopped.length > HISTORIES)
      files.lacks(`The history of ${stopped.length - HISTORIES} more operations`, `it has ${HISTORIES} already`);
  });
}

const isStopped = ({ status, attributes }: Execution): boolean =>
  status === 'running'
    ? ['operator', 'host'].includes(attributes['CephAwaiting'] ?? '')
    : status === 'failed' || status === 'timed-out';

async function tellOpen(temporal: TemporalPort, files: ReportFiles, { id, runId }: Execution): Promise<void> {
  await attempt(files, `The state of ${id}`, async () => {
    const answer = await temporal.readState(id, runId);
    if (answer.kind === 'state') files.json(['operations', `${id}.${runId}.json`], answer.state);
    else files.lacks(`The state of ${id}`, 'no worker answers');
  });
}

async function tellClosed(temporal: TemporalPort, files: ReportFiles, { id, runId, status }: Execution): Promise<void> {
  // A chain that goes on has its ending in its last run, which is in the list by itself.
  if (status === 'continued') return;
  await attempt(files, `The ending of ${id}`, async () =>
    files.json(['operations', `${id}.${runId}.json`], await temporal.ending(id, runId)),
  );
}

async function tellHistory(temporal: TemporalPort, files: ReportFiles, { id, runId }: Execution): Promise<void> {
  await attempt(files, `The history of ${id}`, async () =>
    files.json(['histories', `${id}.${runId}.json`], redactHistory(await temporal.history(id, runId))),
  );
}

/** What Ceph says now, by a short workflow on an agent, and what the last scheduled look said. */
export async function gatherHealth(context: CommandContext, files: ReportFiles, cluster: string): Promise<void> {
  const temporal = await context.temporal();
  await attempt(files, `The status of ${cluster}`, async () => {
    const input: Json = { cluster };
    const request = { type: 'readStatus', id: `read-status:${cluster}`, input, summary: `status of ${cluster}` };
    files.json(['clusters', cluster, 'status.json'], await temporal.execute(request, STATUS_WITHIN_SECONDS));
  });
  await attempt(files, `The last health check of ${cluster}`, async () => {
    const [last] = await temporal.list(healthChecksQuery(cluster), 1);
    if (last === undefined) return files.lacks(`The last health check of ${cluster}`, 'there was none');
    const ending = await temporal.ending(last.id, last.runId);
    files.json(['clusters', cluster, 'health.json'], { ...last, ending });
  });
}
