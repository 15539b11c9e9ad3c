import { describe, expect, it } from 'vitest';
import { createBootstrapActivities } from '../../../activities/bootstrap/bootstrap-activities.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import { writeHostFacts } from '../../../activities/observe/host-record.ts';
import { readClusterRecord, writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import { readOwedHosts } from '../../../activities/operations/owed-hosts.ts';
import type { Applied, BootstrapActivities } from '../../../src/contract/bootstrap-activities.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { NODES, uuidOf } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { aMgrPod } from '../../builders/mgr-pod.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps, startInput } from '../../builders/ops-deps.ts';
import { aLabel, FSID, OTHER_FSID, OTHER_UUID } from '../../domain/disk-facts-builder.ts';
import { aHost, ourDisk } from '../../domain/teardown-observation-builder.ts';

const CLUSTER = 'rook-ceph';

const given = async (spec: Record<string, unknown> = {}, ...more: KubernetesObject[]) => {
  const server = objectServer(aNamespace(), aDocument(spec), ...NODES.map((node) => aNode(node)), ...more);
  const { hash } = await requireDocument(server.kubernetes, CLUSTER);
  const activities = createBootstrapActivities(opsDeps(server.kubernetes));
  return { server, activities, input: startInput(hash) };
};
type Given = Awaited<ReturnType<typeof given>>;

const MONS = NODES.map((node, index) => ({ name: 'abc'.charAt(index), address: `10.96.0.${index}`, node }));
const DAEMONS: [string, (given: Given) => Promise<Applied>, string[]][] = [
  ['startMons', ({ activities, input }) => activities.startMons({ ...input, mons: MONS }), ['mon-a', 'mon-b', 'mon-c']],
  ['startMgrs', ({ activities, input }) => activities.startMgrs(input), ['mgr-a', 'mgr-b']],
  [
    'startOsds',
    ({ activities, input }) =>
      activities.startOsds({ ...input, node: 'n1', osds: [{ osdId: 0, osdUuid: uuidOf('n1'), already: false }] }),
    ['osd-0'],
  ],
  ['startToolbox', ({ activities, input }) => activities.startToolbox(input), ['tools']],
];

describe('each activity of bootstrap', () => {
  it.each(DAEMONS)('%s makes its Deployments, and called again changes nothing and says so', async (_, act, names) => {
    const all = await given();
    expect(await asActivity(() => act(all))).toEqual({ already: false });
    const made = () => all.server.names().filter((name) => name.startsWith('Deployment/'));
    expect(made()).toEqual(names.map((name) => `Deployment/rook-ceph-${name}`));
    const versions = names.map((name) => all.server.get('Deployment', `rook-ceph-${name}`)?.metadata.resourceVersion);
    expect(await asActivity(() => act(all))).toEqual({ already: true });
    expect(names.map((name) => all.server.get('Deployment', `rook-ceph-${name}`)?.metadata.resourceVersion)).toEqual(
      versions,
    );
  });

  it('waits for exactly the Deployments that it made', async () => {
    const all = await given();
    await asActivity(() => all.activities.startMons({ ...all.input, mons: MONS }));
    expect(all.server.waits).toEqual([
      {
        namespace: CLUSTER,
        selector: 'app=rook-ceph-mon,rook_cluster=rook-ceph',
        count: 3,
        deployments: ['rook-ceph-mon-a', 'rook-ceph-mon-b', 'rook-ceph-mon-c'],
      },
    ]);
  });

  it.each<[keyof BootstrapActivities, (given: Given) => Promise<unknown>]>([
    ...DAEMONS.map(([name, act]): [keyof BootstrapActivities, (all: Given) => Promise<unknown>] => [
      name as keyof BootstrapActivities,
      act,
    ]),
    ['protectDaemons', ({ activities, input }) => activities.protectDaemons(input)],
    ['exposeDashboard', ({ activities, input }) => activities.exposeDashboard({ ...input, activeMgr: 'a' })],
    ['placeMons', ({ activities, input }) => activities.placeMons(input)],
  ])('%s writes nothing where the document was changed after the plan', async (_, act) => {
    const all = await given();
    const input = { ...all.input, facts: { ...all.input.facts, document: { generation: 1, hash: 'of another plan' } } };
    await expect(asActivity(() => act({ ...all, input }))).rejects.toMatchObject({ code: 'DOCUMENT_CHANGED' });
    expect(all.server.writes).toEqual([]);
  });

  it('starts no OSD that the plan does not have', async () => {
    const { server, activities, input } = await given();
    const osds = [{ osdId: 7, osdUuid: OTHER_UUID, already: false }];
    await expect(activities.startOsds({ ...input, node: 'n1', osds })).rejects.toMatchObject({ code: 'BUG' });
    expect(server.writes).toEqual([]);
  });

  it('starts an OSD under its uuid, on its host, at its place in the CRUSH map', async () => {
    const all = await given();
    await all.activities.startOsds({
      ...all.input,
      node: 'n2',
      osds: [{ osdId: 4, osdUuid: uuidOf('n2'), already: true }],
    });
    const text = JSON.stringify(all.server.get('Deployment', 'rook-ceph-osd-4'));
    expect(text).toContain(`--osd-uuid=${uuidOf('n2')}`);
    expect(text).toContain('"kubernetes.io/hostname":"n2"');
    expect(text).toContain('--crush-location=root=default host=n2');
  });
});

describe('protecting daemons', () => {
  it('makes the budgets once', async () => {
    const { server, activities, input } = await given();
    expect(await activities.protectDaemons(input)).toEqual({ already: false });
    expect(server.names().filter((name) => name.startsWith('PodDisruptionBudget/'))).toHaveLength(2);
    expect(await activities.protectDaemons(input)).toEqual({ already: true });
  });
});

describe('exposing the dashboard', () => {
  const rolesOf = ({ server }: Given) =>
    ['a', 'b'].map((id) => server.get('Pod', `mgr-${id}`)?.metadata.labels?.['mgr_role']);

  it('leads its Services to the active mgr, also after a failover', async () => {
    const all = await given({ dashboard: { enabled: true } }, aMgrPod('a'), aMgrPod('b'));
    expect(await all.activities.exposeDashboard({ ...all.input, activeMgr: 'b' })).toEqual({ already: false });
    expect(rolesOf(all)).toEqual(['standby', 'active']);
    await all.activities.exposeDashboard({ ...all.input, activeMgr: 'a' });
    expect(rolesOf(all)).toEqual(['active', 'standby']);
    expect(all.server.get('Service', 'rook-ceph-mgr-dashboard')?.['spec']).toMatchObject({
      selector: { mgr_role: 'active' },
    });
  });

  it('leads to none where no mgr is active', async () => {
    const all = await given({}, aMgrPod('a'), aMgrPod('b'));
    await all.activities.exposeDashboard({ ...all.input, activeMgr: null });
    expect(rolesOf(all)).toEqual(['standby', 'standby']);
  });

  it('makes only the Service of the metrics where the document has no dashboard, and called again changes nothing', async () => {
    const all = await given({ dashboard: { enabled: false } });
    await all.activities.exposeDashboard({ ...all.input, activeMgr: 'a' });
    expect(all.server.names().filter((name) => name.startsWith('Service/'))).toEqual(['Service/rook-ceph-mgr']);
    expect(await all.activities.exposeDashboard({ ...all.input, activeMgr: 'a' })).toEqual({ already: true });
  });
});

describe('remembering a cluster', () => {
  it('keeps what teardown needs without the document, and says already when asked again', async () => {
    const { server, activities, input } = await given();
    expect(await activities.rememberCluster({ ...input, nodes: NODES })).toEqual({ already: false });
    expect(await activities.rememberCluster({ ...input, nodes: NODES })).toEqual({ already: true });
    expect(await readClusterRecord(server.kubernetes, CLUSTER)).toMatchObject({
      image: 'quay.io/ceph/ceph:v20.2.4',
      dataDir: '/var/lib/rook',
      fsid: FSID,
      nodes: NODES,
      machineIds: { n1: 'machine-n1', n2: 'machine-n2', n3: 'machine-n3' },
    });
  });

  it('does not forget hosts that carried something before', async () => {
    const { server, activities, input } = await given();
    await activities.rememberCluster({ ...input, nodes: ['n1', 'n9'] });
    await activities.rememberCluster({ ...input, nodes: ['n1', 'n2'] });
    expect((await readClusterRecord(server.kubernetes, CLUSTER))?.nodes.toSorted()).toEqual(['n1', 'n2', 'n9']);
  });
});

describe('remembering a cluster in the place of a former one', () => {
  const former = { image: 'ceph', dataDir: '/var/lib/rook', fsid: OTHER_FSID, updatedAt: '' };
  const machineIds = { n1: 'machine-n1', n9: 'machine-n9' };

  it('first makes debts of the former hosts of which nothing proves that they are clean', async () => {
    const { server, activities, input } = await given();
    await writeClusterRecord(server.kubernetes, CLUSTER, { ...former, nodes: ['n1', 'n9'], machineIds });
    await writeHostFacts(server.kubernetes, CLUSTER, 'look', aHost('n1'));
    const labels = [aLabel({ cephFsid: OTHER_FSID })];
    const look = aHost('n9', { disks: [ourDisk({ id: 'serial:9', aliases: [], labels })] });
    await writeHostFacts(server.kubernetes, CLUSTER, 'old look', look);
    await activities.rememberCluster({ ...input, nodes: NODES });
    expect(await readOwedHosts(server.kubernetes, CLUSTER)).toMatchObject([
      { node: 'n9', fsid: OTHER_FSID, disks: ['serial:9'], dataDir: '/var/lib/rook', machineId: 'machine-n9' },
    ]);
    expect((await readClusterRecord(server.kubernetes, CLUSTER))?.nodes).toEqual(NODES);
    expect(await activities.rememberCluster({ ...input, nodes: NODES })).toEqual({ already: true });
    expect(await readOwedHosts(server.kubernetes, CLUSTER)).toHaveLength(1);
  });

  it('makes no debt of the same cluster', async () => {
    const { server, activities, input } = await given();
    await writeClusterRecord(server.kubernetes, CLUSTER, { ...former, fsid: FSID, nodes: ['n1', 'n9'], machineIds });
    await activities.rememberCluster({ ...input, nodes: NODES });
    expect(await readOwedHosts(server.kubernetes, CLUSTER)).toEqual([]);
  });
});

describe('the status of the document', () => {
  const ceph = { health: 'HEALTH_OK', fsid: FSID, version: '20.2.4' };

  it('shows phase, health and version as people know them from Rook', async () => {
    const { server, activities } = await given();
    await activities.writeStatus({ cluster: CLUSTER, phase: 'Ready', message: 'serves', ceph });
    expect(server.get('CephCluster', 'rook-ceph')?.['status']).toMatchObject({
      phase: 'Ready',
      state: 'Created',
      message: 'serves',
      ceph: { health: 'HEALTH_OK', fsid: FSID },
      conditions: [{ type: 'Ready', status: 'True' }],
    });
  });

  it('does not change what the document asks for', async () => {
    const { server, activities } = await given();
    const before = await requireDocument(server.kubernetes, CLUSTER);
    await activities.writeStatus({ cluster: CLUSTER, phase: 'Failure', message: 'parked' });
    expect((await requireDocument(server.kubernetes, CLUSTER)).hash).toBe(before.hash);
  });

  it('is not needed: without a document nothing is written', async () => {
    const server = objectServer(aNamespace());
    const activities = createBootstrapActivities(opsDeps(server.kubernetes));
    expect(await activities.writeStatus({ cluster: CLUSTER, phase: 'Ready', message: 'x' })).toEqual({ already: true });
    expect(server.writes).toEqual([]);
  });
});
