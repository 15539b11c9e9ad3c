import { describe, expect, it } from 'vitest';
import { readOwedHosts, rememberOwed } from '../../../activities/operations/owed-hosts.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';
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
    const debts = [debt('n3.example.org'), { ...debt('n3'), machineId: 'machine-n3' }];
    await rememberOwed(kubernetes, { cluster: 'one', debts, paid: [] });
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

  it('keeps what two clusters of one name are owed by one host apart', async () => {
    const { kubernetes } = configMapServer();
    const first = { ...debt('n3', ['serial:a']), machineId: 'machine-a' };
    const second = { ...debt('n3', ['serial:b']), fsid: OTHER_FSID, machineId: 'machine-b' };
    const unknown = { ...debt('n3', []), fsid: null };
    for (const one of [first, second, unknown])
      await rememberOwed(kubernetes, { cluster: 'one', debts: [one], paid: [] });
    const seen = (await readOwedHosts(kubernetes, 'one')).map(({ fsid, disks, machineId }) => [fsid, disks, machineId]);
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(
      expect.arrayContaining([
        [FSID, ['serial:a'], 'machine-a'],
        [OTHER_FSID, ['serial:b'], 'machine-b'],
        [null, [], undefined],
      ]),
    );
    await rememberOwed(kubernetes, { cluster: 'one', debts: [], paid: [{ node: 'n3', fsid: FSID }] });
    expect((await readOwedHosts(kubernetes, 'one')).map(({ fsid }) => fsid)).not.toContain(FSID);
    expect(await readOwedHosts(kubernetes, 'one')).toHaveLength(2);
  });

  it('is never taken over by the machine that has the name of the host now', async () => {
    const { kubernetes } = configMapServer();
    for (const machineId of ['machine-a', 'machine-b'])
      await rememberOwed(kubernetes, { cluster: 'one', debts: [{ ...debt('n3', [machineId]), machineId }], paid: [] });
    const [entry] = await readOwedHosts(kubernetes, 'one');
    expect(entry).toMatchObject({ machineId: 'machine-a', disks: ['machine-a', 'machine-b'] });
  });

  it('goes entry by entry as it is paid', async () => {
    const { kubernetes } = configMapServer();
    await rememberOwed(kubernetes, { cluster: 'one', debts: [debt('n2'), debt('n3')], paid: [] });
    await rememberOwed(kubernetes, { cluster: 'two', debts: [debt('n2')], paid: [] });
    const paying = { cluster: 'one', debts: [], paid: [{ node: 'n2', fsid: FSID }] };
    expect(await rememberOwed(kubernetes, paying)).toEqual({ already: false });
    expect(await rememberOwed(kubernetes, paying)).toEqual({ already: true });
    expect((await readOwedHosts(kubernetes, 'one')).map(({ node }) => node)).toEqual(['n3']);
    expect(await readOwedHosts(kubernetes, 'two')).toHaveLength(1);
  });

  it('is not taken for nothing where it cannot be read', async () => {
    const server = configMapServer();
    server.set('cephflow-system', 'cephflow-owed', { 'one.n3': '{}' });
    await expect(readOwedHosts(server.kubernetes, 'one')).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
    expect(await readOwedHosts(server.kubernetes, 'two')).toEqual([]);
  });
});
