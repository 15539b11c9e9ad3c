import { describe, expect, it } from 'vitest';
import { writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import { forgetOwed, readOwedHosts, rememberOwed } from '../../../activities/operations/owed-hosts.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';
import { configMapServer } from './config-map-server.ts';

const debt = (node: string, disks: string[] = ['serial:1']) => ({
  node,
  fsid: FSID,
  dataDir: '/var/lib/rook',
  disks,
  reason: `${node} was left out`,
});

describe('what a cluster owes', () => {
  it('is kept per cluster and host, outside the namespace of the cluster, with the machine that owes', async () => {
    const { kubernetes } = configMapServer();
    const record = { image: 'ceph', dataDir: '/var/lib/rook', fsid: FSID, nodes: ['n3'], updatedAt: '' };
    await writeClusterRecord(kubernetes, 'one', { ...record, machineIds: { n3: 'machine-n3' } });
    await rememberOwed(kubernetes, { cluster: 'one', debts: [debt('n3.example.org'), debt('n3')], paid: [] });
    await rememberOwed(kubernetes, { cluster: 'one-more', debts: [debt('n1')], paid: [] });
    const owed = await readOwedHosts(kubernetes, 'one');
    expect(owed.map(({ node, machineId }) => [node, machineId])).toEqual([
      ['n3', 'machine-n3'],
      ['n3.example.org', undefined],
    ]);
    expect((await readOwedHosts(kubernetes, 'one-more')).map(({ node }) => node)).toEqual(['n1']);
    expect(
      await kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'one', name: 'cephflow-owed' }),
    ).toBe(undefined);
  });

  it('says since when it is owed, also after a second teardown, and forgets no disk', async () => {
    const { kubernetes } = configMapServer();
    await rememberOwed(kubernetes, { cluster: 'one', debts: [debt('n3', ['serial:1'])], paid: [] });
    const [before] = await readOwedHosts(kubernetes, 'one');
    const again = { cluster: 'one', debts: [debt('n3', ['serial:2'])], paid: [] };
    expect(await rememberOwed(kubernetes, again)).toEqual({ already: false });
    expect(await rememberOwed(kubernetes, again)).toEqual({ already: true });
    const [after] = await readOwedHosts(kubernetes, 'one');
    expect(after).toEqual({ ...before, disks: ['serial:1', 'serial:2'] });
  });

  it('goes host by host as it is paid, and all at once when nothing is left', async () => {
    const { kubernetes } = configMapServer();
    await rememberOwed(kubernetes, { cluster: 'one', debts: [debt('n2'), debt('n3')], paid: [] });
    await rememberOwed(kubernetes, { cluster: 'two', debts: [debt('n2')], paid: [] });
    await rememberOwed(kubernetes, { cluster: 'one', debts: [debt('n3')], paid: ['n2'] });
    expect((await readOwedHosts(kubernetes, 'one')).map(({ node }) => node)).toEqual(['n3']);
    expect(await forgetOwed(kubernetes, 'one')).toEqual({ already: false });
    expect(await forgetOwed(kubernetes, 'one')).toEqual({ already: true });
    expect(await readOwedHosts(kubernetes, 'one')).toEqual([]);
    expect(await readOwedHosts(kubernetes, 'two')).toHaveLength(1);
  });

  it('is not taken for nothing where it cannot be read', async () => {
    const server = configMapServer();
    server.set('cephflow-system', 'cephflow-owed', { 'one.n3': '{}' });
    await expect(readOwedHosts(server.kubernetes, 'one')).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
    expect(await readOwedHosts(server.kubernetes, 'two')).toEqual([]);
  });
});
