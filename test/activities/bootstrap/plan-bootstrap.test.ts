import { describe, expect, it } from 'vitest';
import { createBootstrapActivities } from '../../../activities/bootstrap/bootstrap-activities.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import { writeHostFacts } from '../../../activities/observe/host-record.ts';
import type { ClusterState } from '../../../src/contract/ceph-activities.ts';
import type { HostFacts } from '../../../src/contract/host.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { factsOf, monStoreOf, NODES, ownDisk, runningCluster, diskOf } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
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
  const activities = createBootstrapActivities(opsDeps(server.kubernetes));
  const plan = (ceph: ClusterState = ABSENT, proposedFsid = FSID, observation = 'look-1') =>
    activities.planBootstrap({
      cluster: CLUSTER,
      observation,
      nodes: facts.map(({ node }) => node),
      ceph,
      proposedFsid,
      findings: [],
    });
  return { server, activities, plan };
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
    const { server, activities, plan } = await given(facts, identity);
    const { hash } = await requireDocument(server.kubernetes, CLUSTER);
    const input = startInput(hash);
    await asActivity(async () => {
      const { mons } = await activities.placeMons(input);
      await activities.startMons({ ...input, mons });
      await activities.startMgrs(input);
      await activities.protectDaemons(input);
      await activities.startToolbox(input);
      await activities.exposeDashboard({ ...input, activeMgr: 'a' });
      await activities.rememberCluster({ ...input, nodes: NODES, appliedDocument: hash });
      await activities.writeStatus({ cluster: CLUSTER, phase: 'Ready', message: 'serves' });
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
      ['PodDisruptionBudget', 'rook-ceph-mon-pdb', 'protect-daemons'],
      ['Service', 'rook-ceph-mgr', 'set-up-dashboard'],
    ] as const) {
      const object = server.get(kind, name) as KubernetesObject;
      await server.kubernetes.remove({ apiVersion: object.apiVersion, kind, namespace: CLUSTER, name });
      expect((await plan(runningCluster())).steps.map(({ id }) => id)).toContain(step);
      await server.kubernetes.create(object);
    }
  });

  it('says that daemons run another image, and plans no change of it', async () => {
    const { server, activities, plan } = await fresh();
    const { hash } = await requireDocument(server.kubernetes, CLUSTER);
    const facts = { ...startInput(hash).facts, image: 'quay.io/ceph/ceph:v18.2.8' };
    await asActivity(() => activities.startMgrs({ ...startInput(hash), facts }));
    expect((await plan()).findings).toMatchObject([
      { code: 'OTHER_IMAGE_RUNS', because: expect.stringContaining('2 daemons run another image') },
    ]);
  });

  it('asks for the settings again where the document changed since they were applied', async () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [monStoreOf(node)] }));
    const { activities, plan } = await given(facts, identity);
    await activities.rememberCluster({ ...startInput('older'), nodes: NODES, appliedDocument: 'older' });
    expect((await plan(runningCluster())).steps.map(({ id }) => id)).toContain('apply-settings');
  });
});
