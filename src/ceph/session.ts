import { join } from 'node:path';
import { failure, isUnreachable } from '../errors.ts';
import { keyringText } from '../manifests/keyring.ts';
import { monAddressVector, MSGR2_PORT } from '../manifests/mon-addresses.ts';
import { NAMES } from '../manifests/names.ts';
import { readConfigMap, readSecret, type ClusterStore } from './cluster-store.ts';
import type { ProgramCall, ProgramResult } from './command.ts';
import { writeKeyFile } from './key-files.ts';

/** A way to talk to one cluster as client.admin. Holds paths, never keys. */
export interface CephSession {
  fsid: string;
  monHost: string;
  /** Arguments that every Ceph program takes to reach the cluster. */
  connection: string[];
  /** `host:port` of each mon by name, where the ConfigMap of the endpoints tells. */
  monEndpoints: Record<string, string>;
  signal?: AbortSignal;
  /** Asks for one small object. Meanwhile no daemon is started, so waiting for one must not run out. */
  kubernetesIsAway?: () => Promise<boolean>;
  /** Stands in for starting `ceph`, where a cluster is only modelled. */
  run?: (call: ProgramCall) => Promise<ProgramResult>;
}

export interface SessionSource {
  store: ClusterStore;
  cluster: string;
  /** Memory-backed directory of the agent. */
  cephDir: string;
  signal?: AbortSignal;
}

/**
 * Reads how to reach the cluster and as whom, and puts it into files that only root reads. Nothing is kept in the process, so that a
 * changed mon address is seen by the next call. Throws `COMMAND_FAILED` naming the object that is missing.
 */
export async function openSession({ store, cluster, cephDir, signal }: SessionSource): Promise<CephSession> {
  const [identity, config, endpoints] = await Promise.all([
    readSecret(store, cluster, NAMES.mon),
    readSecret(store, cluster, NAMES.config),
    readConfigMap(store, cluster, NAMES.monEndpoints),
  ]);
  const monEndpoints = parseEndpoints(endpoints?.data ?? '');
  const fsid = identity?.fsid;
  const key = identity?.['ceph-secret'] ?? identity?.['admin-secret'];
  const monHost = config?.mon_host || monHostOf(monEndpoints);
  if (!fsid || !key) throw notConnected(cluster, `the Secret ${NAMES.mon} is not there or not complete`);
  if (!monHost)
    throw notConnected(cluster, `neither Secret ${NAMES.config} nor ConfigMap ${NAMES.monEndpoints} names a mon`);
  const conf = join(cephDir, cluster, 'ceph.conf');
  const keyring = join(cephDir, cluster, 'client.admin.keyring');
  await writeKeyFile(keyring, keyringText([{ entity: 'client.admin', key }]));
  await writeKeyFile(conf, `[global]\nfsid = ${fsid}\nmon_host = ${monHost}\n`);
  return {
    fsid,
    monHost,
    connection: ['--conf', conf, '--name', 'client.admin', '--keyring', keyring],
    monEndpoints,
    kubernetesIsAway: () => readConfigMap(store, cluster, NAMES.monEndpoints).then(() => false, isUnreachable),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** `a=10.0.0.1:6789,b=10.0.0.2:6789` as Rook keeps it. */
export function parseEndpoints(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair.length === 2 && pair[1] !== ''));
}

/** Address of an endpoint without its port and brackets; `undefined` where it is none. */
export const endpointAddress = (endpoint: string): string | undefined =>
  /^\[?([0-9a-fA-F.:]+?)\]?:\d+$/.exec(endpoint)?.[1];

/** Port 3300 in Rook's endpoints means that the mons speak messenger version 2 alone. */
function monHostOf(endpoints: Record<string, string>): string {
  return Object.values(endpoints)
    .map((endpoint) => {
      const host = endpoint.slice(0, endpoint.lastIndexOf(':'));
      return monAddressVector(host, endpoint.endsWith(`:${MSGR2_PORT}`) ? 'v2-only' : 'v1-and-v2');
    })
    .join(',');
}

const notConnected = (cluster: string, because: string): Error =>
  failure('COMMAND_FAILED', `The Ceph cluster of namespace ${cluster} could not be reached, because ${because}`);
