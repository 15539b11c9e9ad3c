import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { KeptParts, TeardownPlan } from '../contract/teardown.ts';
import { dataWithoutKeys, keysOf, remainsOf } from './lost-identity.ts';
import { hashPlan } from './plan-hash.ts';
import { judgeDirectories } from './teardown-directories.ts';
import { IDENTITY_SECRET, type ClusterVolume, type ObservedTeardown } from './teardown-observation.ts';
import { fsidOf, identityFindings, operatorFindings, unseenHosts } from './teardown-plan.ts';
import { keepSteps } from './teardown-steps.ts';
import { describeVolume, unknownUse } from './teardown-use.ts';

const OPERATION = 'teardown';

/**
 * The only objects beside daemons that go while the data is kept: bootstrap makes exactly these again from the document. A list of what
 * goes and not of what stays, because a key or an address that nobody thought of would be lost with the data behind it.
 */
const REMADE = [
  'Service/rook-ceph-mgr',
  'Service/rook-ceph-mgr-dashboard',
  'PodDisruptionBudget/rook-ceph-mon-pdb',
  'PodDisruptionBudget/rook-ceph-mgr-pdb',
  'CronJob/rook-ceph-crashcollector-pruner',
];

/** @param name `Kind/name` */
export const isRemade = (name: string): boolean => REMADE.includes(name);

/** Deployments that bootstrap makes. */
const MADE_BY_BOOTSTRAP = /^Deployment\/rook-ceph-(mon-[a-z]+|mgr-[a-z]+|osd-\d+|tools|crashcollector-.+)$/;

/**
 * What teardown with data kept will do to what was observed: daemons, agents and the few objects that bootstrap makes again go, nothing
 * else. Its plan names no disk and no directory. What it says to be kept was seen. A plan without steps means that nothing runs. Pure.
 */
export function planKeep(observed: ObservedTeardown): TeardownPlan {
  const { cluster, dataDir, hosts, objects, agentsAdded } = observed;
  const fsid = fsidOf(observed);
  const kept = keptParts(observed, fsid);
  const steps = keepSteps({
    hosts,
    workloads: objects.workloads.toSorted(),
    remade: objects.others.filter(isRemade).toSorted(),
    schedule: observed.schedule,
    agentsAdded,
  });
  const findings = [
    ...observed.findings,
    ...identityFindings(observed, fsid),
    ...operatorFindings(observed),
    ...findUsers(observed),
    ...lostKeys(observed, fsid),
    ...notMadeAgain(cluster, objects.workloads),
    ...notSeen(observed, kept),
    ...(steps.length === 0 ? [] : keysKept(cluster, kept)),
    ...unseenHosts(observed).map(waitingForHost),
  ];
  return {
    operation: OPERATION,
    cluster,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings, goingFsid: fsid }),
    summary: summaryOf(cluster, fsid, kept, steps.length),
    steps,
    findings,
    fsid,
    dataDir,
    nodes: hosts.map(({ node }) => node).toSorted(),
    disks: [],
    losses: [],
    monStores: [],
    kept,
  };
}

function keptParts({ cluster, hosts, objects, ceph }: ObservedTeardown, fsid: string | null): KeptParts {
  const { monStores } = judgeDirectories(hosts, { cluster, fsid, placedMons: objects.placedMons });
  return {
    disks: fsid === null ? [] : remainsOf(hosts, fsid).disks,
    monStores: monStores.map(({ node, mon }) => `mon.${mon}@${node}`),
    secrets: keysOf(objects.others),
    osds: ceph?.reachable ? Object.fromEntries(ceph.osds.map(({ id, uuid }) => [String(id), uuid])) : null,
  };
}

/** A stopped cluster answers nobody, so whoever has it open hangs. A volume that nobody has open waits for bootstrap without harm. */
function findUsers({ ceph, objects }: ObservedTeardown): Finding[] {
  if (ceph?.reachable)
    return [...ceph.clients.map(({ because, target }) => hangs(because, target ?? 'client')), ...unknownUse(ceph)];
  const runs = objects.workloads.length > 0;
  const bound = objects.volumes.filter(({ phase }) => phase === 'Bound');
  return runs ? bound.map((volume) => hangs(volumeMayBeOpen(volume), `pv/${volume.name}`)) : [];
}

const volumeMayBeOpen = (volume: ClusterVolume): string =>
  `${describeVolume(volume)}, and Ceph does not answer, so it may be open`;

const hangs = (because: string, target: string): Finding => ({
  code: 'CLUSTER_IN_USE',
  severity: 'blocking',
  because,
  remedy:
    'Stop what uses it, then send retry; or start again with CLUSTER_IN_USE in "waive": it then hangs until bootstrap.',
  target,
});

/** Daemons without the Secrets can run on, but never start again: the last moment to read the keys from them is now. */
function lostKeys({ cluster, objects, hosts, dataDir }: ObservedTeardown, fsid: string | null): Finding[] {
  if (objects.fsid !== null || fsid === null || objects.others.includes(IDENTITY_SECRET)) return [];
  const { disks, monStores } = remainsOf(hosts, fsid);
  if (disks.length + monStores.length + objects.workloads.length === 0) return [];
  const secrets = keysOf(objects.others);
  return [dataWithoutKeys({ cluster, fsid, dataDir, disks, monStores, daemons: objects.workloads.length, secrets })];
}

const notMadeAgain = (cluster: string, workloads: string[]): Finding[] =>
  workloads
    .filter((name) => !MADE_BY_BOOTSTRAP.test(name))
    .toSorted()
    .map((name) => ({
      code: 'NOT_MADE_AGAIN',
      severity: 'warning',
      because: `${name} is removed, and bootstrap does not make it again`,
      remedy: `Save it first where you need it: kubectl --namespace ${cluster} get ${name.toLowerCase()} --output yaml`,
      target: name,
    }));

/** Named, because otherwise an earlier teardown that destroyed would be taken for one that kept. */
function notSeen({ hosts, objects, ceph }: ObservedTeardown, { monStores }: KeptParts): Finding[] {
  const labels = new Set(labelledUuids(hosts));
  const osds = ceph?.reachable ? ceph.osds.filter(({ uuid }) => !labels.has(uuid)).map(({ id }) => `osd.${id}`) : [];
  const mons = objects.placedMons.map(({ mon, node }) => `mon.${mon}@${node}`);
  const missing = [...osds, ...mons.filter((mon) => !monStores.includes(mon))];
  return missing.map((name) => ({
    code: 'NOT_SEEN_TO_BE_KEPT',
    severity: 'warning',
    because: `the ${name.startsWith('osd') ? 'disk' : 'store'} of ${name} was seen on no host that answered`,
    remedy: 'Bring its host or disk back before bootstrap; what is not there is not kept.',
    target: name,
  }));
}

const labelledUuids = (hosts: HostFacts[]): (string | null)[] =>
  hosts.flatMap(({ disks }) => disks.flatMap(({ labels }) => labels.map(({ osdUuid }) => osdUuid)));

function keysKept(cluster: string, { secrets }: KeptParts): Finding[] {
  if (secrets.length === 0) return [];
  return [
    {
      code: 'KEYS_KEPT',
      severity: 'info',
      because: `${secrets.length} Secrets of ${cluster} stay; they hold the only keys to its data, and no disk can be read without ${IDENTITY_SECRET}`,
      remedy: `Save them now, in a place for secrets: kubectl --namespace ${cluster} get secret ${secrets.join(' ')} --output yaml`,
      target: IDENTITY_SECRET,
    },
  ];
}

const waitingForHost = (finding: Finding): Finding => ({
  ...finding,
  because: `${finding.target ?? ''} carried a part of the cluster, but has no agent now; what it has is not touched, and that nothing runs there is not proven`,
  remedy: 'Bring it back before bootstrap, which needs its mon and its OSDs.',
});

function summaryOf(cluster: string, fsid: string | null, { disks, monStores }: KeptParts, steps: number): string {
  const named = fsid === null ? cluster : `${cluster} (fsid ${fsid})`;
  const hosts = new Set(disks.map((disk) => disk.split(':')[0])).size;
  const there =
    disks.length + monStores.length === 0
      ? 'No disk and no mon store of it was seen, so no data of it is kept.'
      : `Kept: ${disks.length} disks on ${hosts} hosts, ${monStores.length} mon stores, Secrets and addresses; bootstrap takes it up again.`;
  return `${steps === 0 ? `Nothing of ${named} runs.` : `Stops ${named}.`} ${there}`;
}
