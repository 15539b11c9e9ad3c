import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

const ANSWERS_WITHIN_MILLISECONDS = 5000;
/** Before the JSON stands its length, big-endian. */
const LENGTH_BYTES = 4;

/**
 * Asks a daemon of this host through its admin socket: request ended by NUL, answer is its length and then JSON. Costs nothing beside
 * the `ceph` program, so it may be asked often. `undefined` where no daemon listens, none answers, or not in JSON.
 */
export function askDaemon(socketPath: string, request: { prefix: string; var?: string }): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath, timeout: ANSWERS_WITHIN_MILLISECONDS });
    const giveUp = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('timeout', giveUp);
    socket.once('error', giveUp);
    socket.once('connect', () => {
      socket.write(`${JSON.stringify({ ...request, format: 'json' })}\0`);
      buffer(socket).then((answer) => resolve(parse(answer.subarray(LENGTH_BYTES).toString('utf8'))), giveUp);
    });
  });
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
