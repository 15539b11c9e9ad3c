import { expect, it } from 'vitest';
import { writeHostFacts } from '../../../activities/observe/host-record.ts';
import { readClusterRecord, writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import { readOwedHosts, rememberOwed } from '../../../activities/operations/owed-hosts.ts';
import { createTeardownActivities } from '../../../activities/teardown/teardown-activities.ts';
import { aNamespace, aNode } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps } from '../../builders/ops-deps.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';
import { aHost, ourDisk } from '../../domain/teardown-observation-builder.ts';

const cluster = 'rook-ceph';

/** Agents of n1, of n3, which is down, and of n4, whose Node object was deleted, have looked. */
async function given() {
  const server = objectServer(aNamespace(), aNode('n1'), aNode('n3', { ready: false }));
  const { kubernetes } = server;
  const nodes = ['n1', 'n3', 'n4'];
  const disks = (node: string) => [ourDisk({ id: `serial:${node}`, aliases: [] })];
  for (const node of nodes) await writeHostFacts(kubernetes, cluster, 'look', aHost(node, { disks: disks(node) }));
  await writeClusterRecord(kubernetes, cluster, {
    image: 'i',
    dataDir: '/var/lib/rook',
    fsid: FSID,
    nodes,
    updatedAt: '',
  });
  const activities = createTeardownActivities(opsDeps(kubernetes));
  const looks = () => server.names().filter((name) => name.startsWith('ConfigMap/local-device-'));
  return { kubernetes, activities, looks };
}
type Given = Awaited<ReturnType<typeof given>>;

const removeAgents = ({ activities }: Given) =>
  asActivity(() => activities.removeAgents({ cluster, leaving: 'silent' }));
const plan = ({ activities }: Given) =>
  activities.planTeardown({
    ...{ cluster, observation: 'look', nodes: ['n1'], dataDir: '/var/lib/rook', ceph: null },
    ...{ agentsAdded: true, findings: [] },
  });

it('the last look at a host that is not there stays when the agents go, and a later plan still knows its disks', async () => {
  const made = await given();
  await removeAgents(made);
  expect(made.looks()).toEqual(['ConfigMap/local-device-n3', 'ConfigMap/local-device-n4']);
  await writeHostFacts(made.kubernetes, cluster, 'look', aHost('n1'));
  expect((await plan(made)).owes).toMatchObject([
    { node: 'n3', disks: ['serial:n3'] },
    { node: 'n4', disks: ['serial:n4'] },
  ]);
});

it('a host that owes is looked up by its debt, where the record names it no more', async () => {
  const made = await given();
  await writeClusterRecord(made.kubernetes, cluster, {
    ...{ image: 'i', dataDir: '/var/lib/rook', fsid: FSID, nodes: ['n1'], updatedAt: '' },
  });
  const debt = { node: 'n3', fsid: FSID, dataDir: '/var/lib/rook', disks: [], reason: 'it was away' };
  await rememberOwed(made.kubernetes, { cluster, debts: [debt], paid: [] });
  expect((await plan(made)).owes).toMatchObject([{ node: 'n3', disks: ['serial:n3'] }]);
});

it('forgetting a cluster takes its record and the last looks, and no debt', async () => {
  const made = await given();
  const debt = { node: 'n3', fsid: OTHER_FSID, dataDir: '/var/lib/rook', disks: [], reason: 'of another' };
  await rememberOwed(made.kubernetes, { cluster, debts: [debt], paid: [] });
  const forget = (fsid: string) => made.activities.forgetCluster({ cluster, fsid });
  await expect(forget(OTHER_FSID)).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
  expect(made.looks()).toHaveLength(3);
  expect(await forget(FSID)).toEqual({ already: false });
  expect(await forget(FSID)).toEqual({ already: true });
  expect(await readClusterRecord(made.kubernetes, cluster)).toBeNull();
  expect(made.looks()).toEqual([]);
  expect(await readOwedHosts(made.kubernetes, cluster)).toHaveLength(1);
});
