import { randomUUID } from 'node:crypto';
import { inToolbox, tellCeph } from './kubectl.ts';
import { removePools } from './pools.ts';
import { parseCompared, steadyScript, type Compared } from './steady-script.ts';

const POOL = 'steady';
const DIRECTORIES = '/tmp/steady-';
/** Neither a story nor the demo takes longer. */
const LONGEST_SECONDS = 1800;
/** For the last look at all objects. */
const LAST_LOOK_SECONDS = 300;
const ASK_EVERY_SECONDS = 2;

export interface SteadyClient {
  /** Lets it read every object once more, and answers what it saw. @throws where it ended without a word */
  stop: () => Promise<Compared>;
  /** Removes its pool with what it wrote. To be called when it was stopped. */
  removePool: () => Promise<void>;
}

/**
 * A client in the toolbox that keeps writing into a pool of size 3, reading back and comparing, until it is stopped. One that an interrupted
 * command left is stopped, with what it wrote.
 */
export async function startSteadyClient(cluster: string): Promise<SteadyClient> {
  const directory = `${DIRECTORIES}${randomUUID()}`;
  await stopOthers(cluster);
  await removePools(cluster, [POOL]);
  await tellCeph(cluster, 'osd', 'pool', 'create', POOL, '8');
  await tellCeph(cluster, 'osd', 'pool', 'set', POOL, 'size', '3');
  await tellCeph(cluster, 'osd', 'pool', 'application', 'enable', POOL, 'demo');
  await inToolbox(cluster, ['mkdir', directory]);
  const said = `${directory}.said`;
  const script = steadyScript({ pool: POOL, directory, longestSeconds: LONGEST_SECONDS });
  // Detached: it outlives an API server or a kubelet that goes away meanwhile.
  const detached = `setsid nohup bash -c "$0" > ${said} 2> ${said}.errors < /dev/null &`;
  await inToolbox(cluster, ['bash', '-c', detached, script]);
  return {
    stop: async () => {
      // Where it ended by its own time, its directory is gone.
      await inToolbox(cluster, ['bash', '-c', `[ ! -d ${directory} ] || touch ${directory}/stop`]);
      const ended = `for ((i = 0; i < ${LAST_LOOK_SECONDS / ASK_EVERY_SECONDS}; i++)); do [ -s ${said} ] && break; sleep ${ASK_EVERY_SECONDS}; done; cat ${said} && rm -f ${said} ${said}.errors`;
      const words = await inToolbox(cluster, ['bash', '-c', ended], { timeoutSeconds: LAST_LOOK_SECONDS + 30 });
      return parseCompared(Buffer.from(words).toString('utf8'));
    },
    removePool: () => removePools(cluster, [POOL]),
  };
}

const stopOthers = (cluster: string): Promise<Uint8Array> =>
  inToolbox(cluster, ['bash', '-c', `for one in ${DIRECTORIES}*/; do [ ! -d "$one" ] || touch "$one/stop"; done`]);
