import { runCeph } from '../../src/ceph/ceph.ts';
import { proveIo } from '../../src/ceph/io-proof.ts';
import { readCluster } from '../../src/ceph/read-cluster.ts';
import { oneVersion } from '../../src/ceph/read-mons.ts';
import type { OsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { OsdState, VerifiedCluster, VerifyClusterInput } from '../../src/contract/ceph-activities.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { judgeHealth } from '../../src/domain/health.ts';
import { osdDifferences } from '../../src/domain/osd-differences.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { until, whileHeartbeating, type Look } from './waiting.ts';

const DEFAULT_IO = { objects: 4, objectBytes: 2 ** 20 };
const DEFAULT_TIMEOUT_SECONDS = 180;

/**
 * Proves that the cluster is what the plan says, by Ceph's own words and by real I/O: mons and OSDs by name, place and class, one
 * version, every health code judged. Warnings come and go after a birth, so it looks until all holds or the time is over. Leaves
 * nothing behind; a repeat proves again.
 */
export async function verifyCluster(deps: AgentDeps, input: VerifyClusterInput): Promise<VerifiedCluster> {
  const session = await sessionOf(deps, input.cluster);
  const timeoutSeconds = input.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const parts = await until({
    timeoutSeconds,
    kubernetesIsAway: session.kubernetesIsAway,
    look: () => lookAtParts(session, input),
    giveUp: (because) => failure('UNHEALTHY', `Cluster ${input.cluster} is not as planned ${because}`),
  });
  const io = input.io === null ? null : await doIo(session, input, parts.osds);
  const { status, findings } = await untilHealthy(session, input, timeoutSeconds);
  return {
    fsid: session.fsid,
    quorum: parts.quorum,
    activeMgr: parts.activeMgr,
    osds: parts.osds.map(({ id, uuid, host, deviceClass }) => ({
      id,
      uuid,
      host: host ?? '',
      deviceClass: deviceClass ?? '',
    })),
    version: input.version,
    versions: parts.versions,
    health: status,
    findings,
    io,
  };
}

interface Parts {
  quorum: string[];
  activeMgr: string;
  osds: OsdState[];
  versions: Record<string, Record<string, number>>;
}

async function lookAtParts(session: CephSession, input: VerifyClusterInput): Promise<Look<Parts>> {
  const { quorum, mgr, versions, osds } = await readCluster(session);
  const wrong: string[] = [];
  if (quorum.fsid !== session.fsid) wrong.push(`the mons belong to cluster ${quorum.fsid}`);
  const planned = [...input.mons].sort().join(', ');
  if (quorum.mons.join(', ') !== planned || quorum.all.join(', ') !== planned)
    wrong.push(`mons in quorum are ${quorum.mons.join(', ')} of ${quorum.all.join(', ')}, planned ${planned}`);
  if (!mgr.available || mgr.active === null) wrong.push('no mgr is available');
  const idle = (input.mgrs ?? []).filter((id) => id !== mgr.active && !mgr.standbys.includes(id));
  if (idle.length > 0) wrong.push(`${idle.map((id) => `mgr.${id}`).join(', ')} is neither active nor standby`);
  if (oneVersion(versions) !== input.version)
    wrong.push(`daemons run ${describeVersions(versions)}, planned ${input.version}`);
  wrong.push(...osdDifferences(input.osds, osds, input.newOsds ?? input.osds.map(({ osdUuid }) => osdUuid)));
  if (wrong.length > 0 || mgr.active === null) return { waiting: wrong.slice(0, 5).join('; ') };
  const uuids = new Set(input.osds.map(({ osdUuid }) => osdUuid));
  const ours = osds.filter(({ uuid }) => uuids.has(uuid));
  return { done: { quorum: quorum.mons, activeMgr: mgr.active, osds: ours, versions } };
}

const describeVersions = (versions: Record<string, Record<string, number>>): string =>
  Object.entries(versions)
    .flatMap(([type, counts]) => Object.entries(counts).map(([version, count]) => `${count} ${type} ${version}`))
    .join(', ') || 'no known version';

const MOST_REPLICAS = 3;
const FEWEST_REPLICAS = 2;

function doIo(session: CephSession, input: VerifyClusterInput, osds: OsdState[]): ReturnType<typeof proveIo> {
  const hosts = new Set(osds.map(({ host }) => host)).size;
  const replicas = Math.max(FEWEST_REPLICAS, Math.min(MOST_REPLICAS, hosts));
  const io = input.io ?? DEFAULT_IO;
  // Not ended by a cancellation: what the proof changed (its pool, mon_allow_pool_delete) would stay, and nobody would repeat it.
  const { signal: _, ...whole } = session;
  return whileHeartbeating(
    () => `writing and reading back ${io.objects} objects of ${io.objectBytes} bytes in ${replicas} copies`,
    () => proveIo(whole, { ...io, replicas }),
  );
}

function untilHealthy(session: CephSession, input: VerifyClusterInput, timeoutSeconds: number) {
  let findings = judgeHealth(input.operation, [], contextOf(input)).findings;
  return until<{ status: string; findings: Finding[] }>({
    timeoutSeconds,
    kubernetesIsAway: session.kubernetesIsAway,
    look: async () => {
      const { dump, health } = await readCluster(session);
      const { status, checks } = health;
      await markMgrPool(session, dump);
      const verdict = judgeHealth(input.operation, checks, contextOf(input));
      findings = verdict.findings;
      if (verdict.outcome === 'pass') return { done: { status, findings } };
      const blocking = findings.filter(({ severity }) => severity === 'blocking');
      return { waiting: blocking.map(({ code, because }) => `${code}: ${because}`).join(' ') };
    },
    giveUp: (because) => failure('UNHEALTHY', `Cluster ${input.cluster} is not healthy ${because}`, { findings }),
  });
}

/** The pool of the mgr's own from release 17 on. */
const MGR_POOL = '.mgr';

/**
 * A mgr that ends between making its pool and marking it never marks it, and Ceph warns for ever. The warning is not waited for: since
 * release 19 it comes minutes after the pool (mon_warn_on_pool_no_app_grace). Other people's pools are theirs to mark.
 */
async function markMgrPool(session: CephSession, { pools }: OsdDump): Promise<void> {
  const pool = pools.find(({ pool_name }) => pool_name === MGR_POOL);
  if (pool === undefined || Object.keys(pool.application_metadata).length > 0) return;
  await runCeph(session, ['osd', 'pool', 'application', 'enable', MGR_POOL, 'mgr']);
}

const contextOf = (input: VerifyClusterInput) => ({
  moment: 'after' as const,
  aesAllowedBecause: input.ciphers.allowed.includes('aes') ? 'the plan allows keys of the old cipher aes' : null,
  plannedOsds: input.osds.length,
});
