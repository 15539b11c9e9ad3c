import { readSecret } from '../../src/ceph/cluster-store.ts';
import { readPoolUse } from '../../src/ceph/pools.ts';
import { readCluster } from '../../src/ceph/read-cluster.ts';
import { oneVersion } from '../../src/ceph/read-mons.ts';
import type { OsdDump } from '../../src/ceph/read-osds.ts';
import { countBuckets, findMounts, findWatchers, listImages, readFileSystems } from '../../src/ceph/read-users.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { ClusterInput, ClusterState, PoolState, ReachableCluster } from '../../src/contract/ceph-activities.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { CephflowError } from '../../src/errors.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { whileHeartbeating } from './waiting.ts';

/**
 * Everything that an operation needs to know of a cluster, in one look. Changes nothing. A cluster that does not answer is an answer
 * with its reason; parts that could not be read in time are `null` with a finding, so that a broken part never hides the rest.
 */
export async function readClusterState(deps: AgentDeps, { cluster }: ClusterInput): Promise<ClusterState> {
  return whileHeartbeating(
    () => `reading the state of ${cluster}`,
    async () => {
      try {
        const session = await sessionOf(deps, cluster);
        return await readReachable(session);
      } catch (error) {
        if (!isNoAnswer(error)) throw error;
        const fsid = (await readSecret(deps.kubernetes, cluster, NAMES.mon))?.fsid ?? null;
        return { reachable: false, reason: error.message.split('. ')[0] ?? error.message, fsid };
      }
    },
  );
}

const isNoAnswer = (error: unknown): error is CephflowError =>
  error instanceof CephflowError && (error.code === 'COMMAND_FAILED' || error.code === 'COMMAND_TIMED_OUT');

async function readReachable(session: CephSession): Promise<ReachableCluster> {
  const { quorum, mgr, versions, dump, osds, health } = await readCluster(session);
  const findings: Finding[] = [];
  const uses = await readUses(session, dump, findings);
  return {
    reachable: true,
    fsid: quorum.fsid,
    mons: { all: quorum.all, quorum: quorum.mons },
    mgr,
    osds,
    health,
    version: oneVersion(versions),
    versions,
    ...uses,
    findings,
  };
}

type Uses = Pick<ReachableCluster, 'pools' | 'fileSystems' | 'buckets' | 'clients'>;

/** With no OSD up every question about data waits until its own end; a cluster in that state must still be told of within a minute. */
const ASK_WITHIN_MILLISECONDS = 25_000;

async function readUses(session: CephSession, dump: OsdDump, findings: Finding[]): Promise<Uses> {
  const deadline = performance.now() + ASK_WITHIN_MILLISECONDS;
  const orNull = async <T>(what: string, read: () => Promise<T>): Promise<T | null> => {
    if (performance.now() > deadline) {
      findings.push(notRead(what, 'what was asked before took all the time'));
      return null;
    }
    try {
      return await read();
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      findings.push(notRead(what, error.message.split('. ')[0] ?? ''));
      return null;
    }
  };
  const use =
    dump.pools.length === 0 ? new Map<string, never>() : await orNull('use of pools', () => readPoolUse(session));
  // Answered by the mons alone, so asked before what may hang.
  const fileSystems = (await orNull('file systems', () => readFileSystems(session))) ?? [];
  const clients: Finding[] = [];
  const images: { pool: string; image: string }[] = [];
  const pools: PoolState[] = [];
  for (const { pool_name: name, application_metadata: marks } of dump.pools) {
    const applications = Object.keys(marks).sort();
    const isRbd = applications.includes('rbd');
    const names = isRbd ? await orNull(`images of pool ${name}`, () => listImages(session, name)) : null;
    images.push(...(names ?? []).map((image) => ({ pool: name, image })));
    const { objects = 0, bytes = 0 } = use?.get(name) ?? {};
    pools.push({ name, applications, objects, bytes, images: names?.length ?? null });
  }
  clients.push(...((await orNull('watchers of images', () => findWatchers(session, images))) ?? []));
  for (const { name } of fileSystems.filter(({ served }) => served))
    clients.push(...((await orNull(`clients of file system ${name}`, () => findMounts(session, name))) ?? []));
  const hasObjects = pools.some(({ applications }) => applications.includes('rgw'));
  const buckets = hasObjects ? await orNull('buckets', () => countBuckets(session)) : null;
  return { pools: use === null ? null : pools, fileSystems: fileSystems.map(({ name }) => name), buckets, clients };
}

const notRead = (what: string, because: string): Finding => ({
  code: 'NOT_READ',
  severity: 'warning',
  because: `The ${what} could not be read: ${because}.`,
});
