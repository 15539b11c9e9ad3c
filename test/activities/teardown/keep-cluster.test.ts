/** What stays of a cluster whose data is kept, and that bootstrap finds all of it again. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createBootstrapActivities } from '../../../activities/bootstrap/bootstrap-activities.ts';
import { makeIdentity } from '../../../activities/ceph/make-identity.ts';
import type { AgentDeps } from '../../../activities/ceph/agent-deps.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import { writeHostFacts } from '../../../activities/observe/host-record.ts';
import { readClusterRecord } from '../../../activities/operations/cluster-record.ts';
import { createTeardownActivities } from '../../../activities/teardown/teardown-activities.ts';
import type { ClusterState } from '../../../src/contract/ceph-activities.ts';
import { FINALIZER } from '../../../src/contract/names.ts';
import { factsOf, monStoreOf, NODES, ownDisk, runningCluster, uuidOf } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { aMgrPod } from '../../builders/mgr-pod.ts';
import { objectServer, type ObjectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps, startInput } from '../../builders/ops-deps.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';
import { fakeAgent, fakePrograms } from '../fake-agent.ts';

const CLUSTER = 'rook-ceph';
const SILENT: ClusterState = { reachable: false, reason: 'no mon answers', fsid: FSID };
const OSDS = Object.fromEntries(NODES.map((node, id) => [String(id), uuidOf(node)]));
const STRANGERS = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rook-csi-rbd-node', namespace: CLUSTER },
    type: 'kubernetes.io/rook',
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'rook-ceph-rgw-store', namespace: CLUSTER, labels: { rook_cluster: CLUSTER } },
    spec: { ports: [{ port: 80 }] },
  },
];

let server: ObjectServer;
let agent: { deps: AgentDeps; root: string };

/** A cluster as the real activities make it, on an API server in memory. */
async function aCluster() {
  server = objectServer(
    ...[aNamespace(), aDocument(), ...NODES.map((node) => aNode(node)), aMgrPod('a'), aMgrPod('b'), ...STRANGERS],
  );
  agent = await fakeAgent(server.kubernetes);
  await fakePrograms(agent.root, {
    ceph: 'echo "ceph version 20.2.4 (abc) tentacle (stable)"',
    'ceph-authtool': 'echo "Ag$(head -c 40 /dev/urandom | base64 -w0)"',
  });
  const { hash } = await requireDocument(server.kubernetes, CLUSTER);
  const input = startInput(hash);
  const bootstrap = createBootstrapActivities(opsDeps(server.kubernetes));
  await asActivity(async () => {
    const ciphers = { allowed: ['aes256k'], preferred: 'aes256k' };
    await makeIdentity(agent.deps, { cluster: CLUSTER, fsid: FSID, mons: ['a', 'b', 'c'], mgrs: ['a', 'b'], ciphers });
    await bootstrap.rememberCluster({ ...input, nodes: NODES, appliedDocument: hash });
    const { mons } = await bootstrap.placeMons(input);
    await bootstrap.startMons({ ...input, mons });
    await bootstrap.startMgrs(input);
    await bootstrap.protectDaemons(input);
    await bootstrap.startToolbox(input);
    await bootstrap.exposeDashboard({ ...input, activeMgr: 'a' });
  });
  return { input, bootstrap, teardown: createTeardownActivities(opsDeps(server.kubernetes)) };
}

async function look(token: string, open: 'running' | 'stopped') {
  for (const node of NODES) {
    const disk = { ...ownDisk(node), exclusiveOpenError: open === 'running' ? 'EBUSY' : null };
    const store = monStoreOf(node, open === 'running' ? { cephFsid: null, complete: false } : {});
    await writeHostFacts(server.kubernetes, CLUSTER, token, factsOf(node, { disks: [disk], leftovers: [store] }));
  }
  return {
    cluster: CLUSTER,
    observation: token,
    nodes: NODES,
    dataDir: '/var/lib/rook',
    agentsAdded: true,
    findings: [],
  };
}

const named = (kind: string): string[] => server.names().filter((name) => name.startsWith(`${kind}/`));

describe('a cluster that is stopped with its data kept', () => {
  let made: Awaited<ReturnType<typeof aCluster>>;
  const stop = async () => {
    const { teardown } = made;
    await asActivity(async () => {
      await teardown.rememberKept({ cluster: CLUSTER, fsid: FSID, osds: OSDS });
      await teardown.stopDaemons({ cluster: CLUSTER });
      await teardown.removeRemadeObjects({ cluster: CLUSTER, fsid: FSID });
      await teardown.showStopped({ cluster: CLUSTER });
    });
  };
  beforeEach(async () => {
    made = await aCluster();
  });

  it('keeps every Secret, address and account, the document with its finalizer, and what nobody here knows', async () => {
    const before = server.names();
    const addresses = NODES.map((_, index) => server.get('Service', `rook-ceph-mon-${'abc'.charAt(index)}`));
    await stop();
    const gone = before.filter((name) => !server.names().includes(name));
    expect(gone).toEqual(
      [
        ...['mgr-a', 'mgr-b', 'mon-a', 'mon-b', 'mon-c', 'tools'].map((name) => `Deployment/rook-ceph-${name}`),
        'PodDisruptionBudget/rook-ceph-mgr-pdb',
        'PodDisruptionBudget/rook-ceph-mon-pdb',
        'Pod/mgr-a',
        'Pod/mgr-b',
        'Service/rook-ceph-mgr',
      ].toSorted(),
    );
    expect(named('Secret')).toEqual(expect.arrayContaining(['Secret/rook-ceph-mon', 'Secret/rook-csi-rbd-node']));
    expect(NODES.map((_, index) => server.get('Service', `rook-ceph-mon-${'abc'.charAt(index)}`))).toEqual(addresses);
    const document = server.get('CephCluster', CLUSTER);
    expect(document?.metadata.finalizers).toContain(FINALIZER);
    expect(document?.['status']).toMatchObject({ phase: 'Stopped', message: expect.stringContaining('bootstrap') });
  });

  it('removes nothing where the namespace belongs to another cluster by now', async () => {
    const before = server.names();
    const removing = asActivity(() => made.teardown.removeRemadeObjects({ cluster: CLUSTER, fsid: OTHER_FSID }));
    await expect(removing).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
    expect(server.names()).toEqual(before);
  });

  it('is planned from what runs, with what is there, and finds nothing to do the second time', async () => {
    const running = await made.teardown.planKeep({ ...(await look('look-1', 'running')), ceph: runningCluster() });
    expect(running.steps.map(({ id }) => id)).toEqual(expect.arrayContaining(['stop-daemons', 'remove-objects']));
    expect(running.kept).toMatchObject({
      disks: NODES.map((node) => `${node}:serial:${node}-1`),
      monStores: ['mon.a@n1', 'mon.b@n2', 'mon.c@n3'],
      osds: OSDS,
    });
    expect(running.findings.map(({ code }) => code)).toEqual(['KEYS_KEPT']);
    await stop();
    const again = await made.teardown.planKeep({ ...(await look('look-2', 'stopped')), ceph: SILENT });
    expect(again.steps.filter(({ id }) => id !== 'unwatch-health')).toEqual([]);
  });

  it('is taken up again with the same fsid, keys, mons at their addresses and OSDs, and nothing is formatted', async () => {
    const { input, bootstrap } = made;
    const secrets = named('Secret').map((name) => server.get('Secret', name.slice('Secret/'.length)));
    const { mons } = await asActivity(() => bootstrap.placeMons(input));
    await stop();
    expect((await readClusterRecord(server.kubernetes, CLUSTER))?.keptOsds).toEqual(OSDS);
    const { cluster, observation, nodes, findings } = await look('look-3', 'stopped');
    const plan = await bootstrap.planBootstrap({
      ...{ cluster, observation, nodes, findings },
      ceph: SILENT,
      proposedFsid: OTHER_FSID,
    });
    expect(plan.findings).toEqual([]);
    expect(plan).toMatchObject({ fsid: FSID, proposedFsid: FSID });
    expect(plan.steps.filter(({ risk, id }) => risk !== 'none' || id.startsWith('make-'))).toEqual([]);
    expect(plan.osds.map(({ osdUuid }) => osdUuid)).toEqual(NODES.map(uuidOf));
    const again = await asActivity(async () => {
      const ciphers = plan.ciphers;
      await makeIdentity(agent.deps, { ...input, mons: ['a', 'b', 'c'], mgrs: plan.mgrs, ciphers, identity: 'there' });
      await bootstrap.rememberCluster({ ...input, nodes: NODES });
      return bootstrap.placeMons(input);
    });
    expect(again.mons).toEqual(mons);
    expect(named('Secret').map((name) => server.get('Secret', name.slice('Secret/'.length)))).toEqual(secrets);
    expect(await readClusterRecord(server.kubernetes, CLUSTER)).toMatchObject({
      keptOsds: OSDS,
      cephVersion: '20.2.4',
    });
  });

  it('is never made anew where its identity Secret was lost meanwhile', async () => {
    await stop();
    server.lose('Secret', 'rook-ceph-mon');
    const { cluster, observation, nodes, findings } = await look('look-4', 'stopped');
    const plan = await made.bootstrap.planBootstrap({
      ...{ cluster, observation, nodes, findings },
      ceph: { ...SILENT, fsid: null },
      proposedFsid: OTHER_FSID,
    });
    const lost = plan.findings.find(({ code }) => code === 'DATA_WITHOUT_KEYS');
    expect(lost).toMatchObject({ severity: 'blocking', target: FSID });
    expect(lost?.remedy).toContain('rook-ceph-mons-keyring and rook-ceph-admin-keyring still hold the keys');
  });
});
