import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { addresses, labPaths, network } from '../../deploy/lab/paths.ts';

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: network.machineAddress, port, timeout: 1000 });
    const end = (isUp: boolean) => () => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });

/** Why a real API server and a real Temporal are not at hand; `null` where they are. */
export const labMissing: string | null =
  existsSync(labPaths().kubeconfig) && (await answers(network.apiPort)) && (await answers(network.temporalPort))
    ? null
    : 'the lab does not run (npm run lab -- up)';

if (labMissing) console.warn(`skipping tests on a real API server and a real Temporal: ${labMissing}`);

export const lab = { kubeconfig: labPaths().kubeconfig, temporal: addresses.temporal };
