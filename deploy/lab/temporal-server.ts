import { execa } from 'execa';
import { join } from 'node:path';
import { addresses, labPaths, network } from './paths.ts';
import { daemonRuns, startDaemon, startFailure } from './processes.ts';
import { until } from './until.ts';

/**
 * Starts the Temporal server with its UI, reachable on the bridge, unless it runs. Waits until it serves.
 *
 * The server itself listens on loopback, because with another address its parts look for each other on 127.0.0.1 in vain; on all
 * addresses it would be open to the machine's network. A forwarder carries the bridge's two ports there.
 */
export async function startTemporal(): Promise<void> {
  const command = [
    join(labPaths().programs.temporal, 'temporal'),
    ...['server', 'start-dev', '--ip', '127.0.0.1'],
    ...['--port', String(network.temporalPort), '--ui-port', String(network.temporalUiPort)],
    ...['--db-filename', labPaths().temporalDatabase, '--log-level', 'warn'],
    ...ONE_SHARD_FOR_ALL,
  ];
  await startDaemon({ name: 'temporal', owner: 'control', command, enter: [] });
  await forward('temporal-api', network.temporalPort);
  await forward('temporal-ui', network.temporalUiPort);
  await untilTemporalServes();
}

/**
 * A development server has one shard, whose queues it reads at most 20 times a second as one of thousands: every step of a workflow then waits.
 * Read as often as there is work.
 */
export const ONE_SHARD_FOR_ALL = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
  '--dynamic-config-value',
  `history.${queue}ProcessorMaxPollRPS=1000`,
]);

/** `nodelay`: a small answer would else wait 40 ms for the acknowledgement of the one before it. */
async function forward(name: string, port: number): Promise<void> {
  const listen = `TCP-LISTEN:${port},bind=${network.machineAddress},fork,reuseaddr,nodelay`;
  const command = ['socat', listen, `TCP:127.0.0.1:${port},nodelay`];
  await startDaemon({ name, owner: 'control', command, enter: [] });
}

/** Waits until the Temporal server answers for its default namespace and the UI answers at all. */
export async function untilTemporalServes(): Promise<void> {
  await until('the Temporal server serves', 60, async () => {
    if (!(await daemonRuns('temporal'))) throw await startFailure('temporal');
    return (await temporalServes()) && (await uiAnswers());
  });
}

export async function temporalServes(): Promise<boolean> {
  const program = join(labPaths().programs.temporal, 'temporal');
  const args = [
    'operator',
    'namespace',
    'describe',
    'default',
    '--address',
    addresses.temporal,
    '--command-timeout',
    '5s',
  ];
  const asked = await execa(program, args, { reject: false, stdin: 'ignore', env: { HOME: labPaths().state } });
  return !asked.failed;
}

async function uiAnswers(): Promise<boolean> {
  return fetch(addresses.temporalUi, { signal: AbortSignal.timeout(3000) }).then(
    (response) => response.ok,
    () => false,
  );
}
