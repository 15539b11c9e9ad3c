import { ASKED_IMAGE } from '../../../src/contract/names.ts';
import { describe, expect, it } from 'vitest';
import { createBootstrapActivities } from '../../../activities/bootstrap/bootstrap-activities.ts';
import { createScheduleActivities } from '../../../activities/schedules/health-schedule.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import { writeDeviceRows, writeHostFacts } from '../../../activities/observe/host-record.ts';
import type { ClusterState } from '../../../src/contract/ceph-activities.ts';
import type { HostFacts } from '../../../src/contract/host.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { factsOf, monStoreOf, NODES, ownDisk, runningCluster, diskOf } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { logFilesConfig } from '../../../src/manifests/log-files.ts';
import { aMgrPod } from '../../builders/mgr-pod.ts';
import { objectServer, type ObjectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps, startInput } from '../../builders/ops-deps.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';

const CLUSTER = 'rook-ceph';
const ABSENT: ClusterState = { reachable: false, reason: 'no identity', fsid: null };
const identity: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'rook-ceph-mon', namespace: CLUSTER },
  data: { fsid: Buffer.from(FSID).toString('base64') },
};

const given = async (facts: HostFacts[], ...more: KubernetesObject[]) => {
  const server = objectServer(aNamespace(), aDocument(), ...NODES.map((node) => aNode(node)), ...more);
  for (const host of facts) await writeHostFacts(server.kubernetes, CLUSTER, 'look-1', host);
  const deps = opsDeps(server.kubernetes);
  const activities = createBootstrapActivities(deps);
  const plan = (ceph: ClusterState = ABSENT, proposedFsid = FSID, observation = 'look-1') =>
    activities.planBootstrap({
      cluster: CLUSTER,
      observation,
      nodes: facts.map(({ node }) => node),
      ceph,
      proposedFsid,
      findings: [],
    });
  return { server, activities, plan, schedules: createScheduleActivities(deps) };
};
const fresh = () => given(NODES.map((node) => factsOf(node)));
const rowsOf = (server: ObjectServer, node: string): unknown[] => {
  const data = server.get('ConfigMap', `local-device-${node}`)?.['data'] as { devices?: string } | undefined;
  return JSON.parse(data?.devices ?? '[]') as unknown[];
};

describe('planning from what the agents wrote', () => {
  it('gives the same plan for the same look, and changes nothing but the device table', async () => {
    const { server, plan } = await fresh();
    const before = server.names();
    const first = await plan();
    expect(await plan()).toEqual(first);
    expect(server.names()).toEqual(before);
    expect(rowsOf(server, 'n2')).toEqual(first.disks.filter(({ node }) => node === 'n2'));
    expect(first.document.hash).toBe((await requireDocument(server.kubernetes, CLUSTER)).hash);
  });

  it('writes the rows alone where that is asked, and none without a document', async () => {
    const { server, activities, plan } = await fresh();
    const { disks } = await plan();
    const look = {
      cluster: CLUSTER,
      observation: 'look-1',
      nodes: ['n2'],
      ceph: ABSENT,
      proposedFsid: FSID,
      findings: [],
    };
    for (const node of ['n1', 'n2']) await writeDeviceRows(server.kubernetes, CLUSTER, node, []);
    expect(await activities.showDisks(look)).toBeUndefined();
    expect([rowsOf(server, 'n1'), rowsOf(server, 'n2')]).toEqual([[], disks.filter(({ node }) => node === 'n2')]);
    await writeDeviceRows(server.kubernetes, CLUSTER, 'n2', []);
    server.lose('CephCluster', CLUSTER);
    await activities.showDisks(look);
    expect(rowsOf(server, 'n2')).toEqual([]);
  });

  it('never rests on an older look, or on a host that wrote none', async () => {
    const { plan } = await fresh();
    await expect(plan(ABSENT, FSID, 'look-2')).rejects.toMatchObject({ code: 'HOST_SILENT' });
  });

  it('does not trust a host that was reinstalled under its old name', async () => {
    const { plan } = await given([factsOf('n1', { machineId: 'another machine' })]);
    await expect(plan()).rejects.toMatchObject({
      code: 'HOST_SILENT',
      message: expect.stringContaining('another machine'),
    });
  });

  it('takes the identity from the Secret, never a proposed one in its place', async () => {
    const { plan } = await given(
      NODES.map((node) => factsOf(node)),
      identity,
    );
    const made = await plan(ABSENT, OTHER_FSID);
    expect(made).toMatchObject({ fsid: FSID, proposedFsid: FSID });
    expect(made.steps.map(({ id }) => id)).not.toContain('make-identity');
  });

  it('puts nothing on a host whose taints or readiness forbid it, with the reason', async () => {
    const hosts = [aNode('n4', { ready: false }), aNode('n5', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })];
    const { plan } = await given(
      [...NODES, 'n4', 'n5'].map((node) => factsOf(node)),
      ...hosts,
    );
    const made = await plan();
    expect(new Set([...made.mons, ...made.osds].map(({ node }) => node))).toEqual(new Set(NODES));
  });

  it('cuts its own table, never the one that people look at', async () => {
    const many = Array.from({ length: 250 }, (_, index) =>
      diskOf('n1', { path: `/dev/sd${index}`, kernelName: `sd${index}`, id: `serial:${index}` }),
    );
    const { server, plan } = await given([factsOf('n1', { disks: many }), factsOf('n2'), factsOf('n3')]);
    const made = await plan();
    expect(made.disks).toHaveLength(200);
    expect(made.osds).toHaveLength(252);
    expect(rowsOf(server, 'n1')).toHaveLength(250);
  });
});

describe('planning a cluster that bootstrap made', () => {
  it('finds every part, so that nothing is left to do', async () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [monStoreOf(node)] }));
    const { server, activities, plan, schedules } = await given(facts, identity, aMgrPod('a'), aMgrPod('b'));
    const { hash } = await requireDocument(server.kubernetes, CLUSTER);
    const input = startInput(hash);
    await asActivity(async () => {
      const { mons } = await activities.placeMons(input);
      await activities.startMons({ ...input, mons });
      await activities.startMgrs(input);
      await activities.protectDaemons(input);
      await activities.startToolbox(input);
      await activities.startCrashCollectors({ ...input, facts: { ...input.facts, crashCollectorNodes: NODES } });
      await activities.exposeDashboard({ ...input, activeMgr: 'a' });
      await activities.rememberCluster({ ...input, nodes: NODES, appliedDocument: hash });
      await activities.writeStatus({ cluster: CLUSTER, phase: 'Ready', message: 'serves' });
      await schedules.watchHealth({ cluster: CLUSTER });
    });
    const made = await plan(runningCluster());
    expect(made.steps).toEqual([]);
    expect(made.mons).toEqual([
      { id: 'a', node: 'n1' },
      { id: 'b', node: 'n2' },
      { id: 'c', node: 'n3' },
    ]);
    for (const [kind, name, step] of [
      ['Deployment', 'rook-ceph-mgr-b', 'start-mgrs'],
      ['Deployment', 'rook-ceph-tools', 'start-toolbox'],
      ['Deployment', 'rook-ceph-crashcollector-n2', 'start-crash-collectors'],
      ['PodDisruptionBudget', 'rook-ceph-mon-pdb', 'protect-daemons'],
      ['Service', 'rook-ceph-mgr', 'set-up-dashboard'],
    ] as const) {
      const object = server.get(kind, name) as KubernetesObject;
      await server.kubernetes.remove({ apiVersion: object.apiVersion, kind, namespace: CLUSTER, name });
      expect((await plan(runningCluster())).steps.map(({ id }) => id)).toContain(step);
      await server.kubernetes.create(object);
    }
    const stepsOf = async (ceph: ClusterState) => (await plan(ceph)).steps.map(({ id }) => id);
    // A failover, and a pod made anew: the Services lead to the standby, or to nobody.
    const failedOver = runningCluster({ mgr: { available: true, active: 'b', standbys: ['a'] } });
    expect(await stepsOf(failedOver)).toEqual(['set-up-dashboard', 'verify', 'report-status']);
    await activities.exposeDashboard({ ...input, activeMgr: 'b' });
    expect(await stepsOf(failedOver)).toEqual([]);
    server.change('Pod', 'mgr-b', () => aMgrPod('b'));
    expect(await stepsOf(failedOver)).toEqual(['set-up-dashboard', 'verify', 'report-status']);
    await activities.exposeDashboard({ ...input, activeMgr: 'b' });
    // A standby that is not ready is missed by nobody until the active one fails.
    server.change('Deployment', 'rook-ceph-mgr-a', (object) => ({
      ...object,
      status: { conditions: [{ type: 'Available', status: 'False' }] },
    }));
    expect(await stepsOf(failedOver)).toEqual(['start-mgrs', 'verify', 'report-status']);
  });

  it('says that daemons run another image, and plans no change of it', async () => {
    const { server, activities, plan } = await given(
      NODES.map((node) => factsOf(node)),
      identity,
    );
    const { hash } = await requireDocument(server.kubernetes, CLUSTER);
    const facts = { ...startInput(hash).facts, image: 'quay.io/ceph/ceph:v18.2.8' };
    await asActivity(() => activities.startMgrs({ ...startInput(hash), facts }));
    // None of them ever came up, so the document's image may still cure them.
    expect((await plan()).findings).toEqual([]);
    for (const name of ['rook-ceph-mgr-a', 'rook-ceph-mgr-b'])
      server.change('Deployment', name, (object) => ({ ...object, status: { availableReplicas: 1 } }));
    expect((await plan()).findings).toMatchObject([
      { code: 'OTHER_IMAGE_RUNS', severity: 'blocking', because: expect.stringContaining('2 daemons (mgr.a, mgr.b)') },
    ]);
  });

  it("blocks where a ready agent kept another image than the document's, and not for one that is going", async () => {
    const agent = (name: string, image: string, metadata: object = {}, ready = 'True'): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: CLUSTER, labels: { app: 'cephflow-agent' }, ...metadata },
      spec: { nodeName: 'n1', containers: [{ name: 'agent', image }] },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const { plan } = await given(
      NODES.map((node) => factsOf(node)),
      agent('kept', 'ceph:v18'),
      agent('going', 'ceph:v18', { deletionTimestamp: '2026-11-22T05:00:00Z' }),
      agent('starting', 'ceph:v18', {}, 'False'),
      agent('right', 'quay.io/ceph/ceph:v20.2.4'),
      agent('mirrored', 'mirror.example/ceph:1', { annotations: { [ASKED_IMAGE]: 'quay.io/ceph/ceph:v20.2.4' } }),
    );
    expect((await plan()).findings).toMatchObject([{ code: 'MIXED_AGENT_IMAGES', target: 'kept' }]);
  });

  it('blocks where the document names another directory than the one the cluster was made in', async () => {
    const { server, activities, plan } = await given(
      NODES.map((node) => factsOf(node)),
      identity,
    );
    await activities.rememberCluster({ ...startInput('older'), nodes: NODES });
    server.change('CephCluster', 'rook-ceph', (object) => ({
      ...object,
      spec: { ...(object['spec'] as object), dataDirHostPath: '/data/other' },
    }));
    expect((await plan()).findings.map(({ code }) => code)).toContain('DATA_DIR_CHANGED');
  });

  it('takes an fsid with a line break in its Secret for the same fsid', async () => {
    const byHand = { ...identity, data: { fsid: Buffer.from(`${FSID}\n`).toString('base64') } };
    const { plan } = await given(
      NODES.map((node) => factsOf(node, { leftovers: [monStoreOf(node)] })),
      byHand,
    );
    const made = await plan();
    expect(made.fsid).toBe(FSID);
    expect(made.findings.map(({ code }) => code)).not.toContain('STALE_STATE');
  });

  it.each(['{"node":', '{"node":{"a":"n1"}}', '[]'])(
    'says which ConfigMap cannot be read where the mons are mapped to hosts by %j, and takes it for no other',
    async (mapping) => {
      const endpoints: KubernetesObject = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'rook-ceph-mon-endpoints', namespace: CLUSTER },
        data: { mapping },
      };
      const { plan } = await given(
        NODES.map((node) => factsOf(node)),
        identity,
        endpoints,
      );
      await expect(plan()).rejects.toMatchObject({
        code: 'INVALID_DOCUMENT',
        message: expect.stringContaining('rook-ceph-mon-endpoints'),
      });
    },
  );

  it('asks for the settings again where log files are not as the document wants them', async () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [monStoreOf(node)] }));
    const { server, activities, plan } = await given(facts, identity);
    const asks = async () => {
      const { hash } = await requireDocument(server.kubernetes, CLUSTER);
      await activities.rememberCluster({ ...startInput(hash), nodes: NODES, appliedDocument: hash });
      return (await plan(runningCluster())).steps.some(({ id }) => id === 'apply-settings');
    };
    expect(await asks()).toBe(false);
    server.change('CephCluster', CLUSTER, (object) => ({
      ...object,
      spec: { ...(object['spec'] as object), logCollector: { enabled: true } },
    }));
    expect(await asks()).toBe(true);
    const { spec } = await requireDocument(server.kubernetes, CLUSTER);
    await server.kubernetes.create(logFilesConfig(CLUSTER, spec));
    expect(await asks()).toBe(false);
  });

  it('asks for the settings again where the document changed since they were applied', async () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [monStoreOf(node)] }));
    const { activities, plan } = await given(facts, identity);
    await activities.rememberCluster({ ...startInput('older'), nodes: NODES, appliedDocument: 'older' });
    expect((await plan(runningCluster())).steps.map(({ id }) => id)).toContain('apply-settings');
  });
});
