import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything of the lab is. All values are absolute. */
export type LabPaths = {
  /** Kept between labs: programs, images, container stores. Nothing of it is needed for correctness. */
  cache: string;
  /** Of one lab: keys, databases, backing files of disks, logs. Removed by `down`, kept by `down --keep`. */
  state: string;
  /** A small memory file system of one boot of the lab: pinned namespaces. */
  pins: string;
  programs: { kubernetes: string; temporal: string };
  kubeconfig: string;
  logs: string;
  temporalDatabase: string;
};

export const versions = { kubernetes: '1.34.4', etcd: '3.6.4', temporal: '1.8.2' } as const;

export const network = {
  bridge: 'cflab0',
  /** Marks interfaces as the lab's own, so that a foreign one of the same name is never touched. */
  alias: 'cephflow-lab',
  machineAddress: '172.30.0.1',
  nodeRange: '172.30.0.0/24',
  podRange: '10.30.0.0/16',
  serviceRange: '10.96.0.0/16',
  apiPort: 6443,
  temporalPort: 7233,
  temporalUiPort: 8233,
} as const;

/** Unix socket paths may have 108 characters at most, so the state has a short fixed place. */
const statePath = '/var/lib/cephflow-lab';

/** Reads no file and makes none. `LAB_CACHE` moves the cache. */
export function labPaths(): LabPaths {
  const cache = process.env['LAB_CACHE'] ?? join(homedir(), '.cache', 'cephflow-lab');
  return {
    cache,
    state: statePath,
    pins: '/run/cephflow-lab',
    programs: {
      kubernetes: join(cache, `kubernetes-${versions.kubernetes}`),
      temporal: join(cache, `temporal-${versions.temporal}`),
    },
    kubeconfig: join(statePath, 'admin.kubeconfig'),
    logs: join(statePath, 'log'),
    temporalDatabase: join(statePath, 'temporal.db'),
  };
}

export const addresses = {
  api: `https://${network.machineAddress}:${network.apiPort}`,
  temporal: `${network.machineAddress}:${network.temporalPort}`,
  temporalUi: `http://${network.machineAddress}:${network.temporalUiPort}`,
} as const;
