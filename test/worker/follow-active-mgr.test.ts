import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { AGENT_RULES } from '../../src/manifests/agent-rules.ts';
import { FOLLOW_MGR_EVERY_SECONDS, followActiveMgr } from '../../worker/follow-active-mgr.ts';
import { adminSockets, type AdminSockets } from '../builders/admin-socket.ts';
import { rightsOf } from '../builders/granted.ts';
import { aMgrPod } from '../builders/mgr-pod.ts';
import { objectServer, type ObjectServer } from '../builders/object-server.ts';

const FSID = '11111111-1111-4111-8111-111111111111';
const IDENTITY: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'rook-ceph-mon', namespace: 'rook-ceph' },
  data: { fsid: Buffer.from(FSID).toString('base64') },
};

const COMMANDS = { help: { 'config get': 'config get <field>' }, 'config get': { fsid: FSID } };
const STANDBY = COMMANDS;
const active = (epoch: number) => ({
  ...COMMANDS,
  help: { ...COMMANDS.help, mgr_status: 'Dump mgr status' },
  mgr_status: { mgrmap_epoch: epoch, initialized: true },
});

describe('the label of the active mgr', () => {
  let n1: AdminSockets;
  let n2: AdminSockets;
  let server: ObjectServer;

  beforeEach(async () => {
    [n1, n2] = await Promise.all([adminSockets(), adminSockets()]);
    server = objectServer(IDENTITY, aMgrPod('a', 'n1'), aMgrPod('b', 'n2'));
  });
  afterEach(() => Promise.all([n1.close(), n2.close()]));

  const look = (node: 'n1' | 'n2') =>
    followActiveMgr({
      kubernetes: server.kubernetes,
      cluster: 'rook-ceph',
      node,
      dataDir: (node === 'n1' ? n1 : n2).dataDir,
    });
  const roles = () => ['a', 'b'].map((id) => server.get('Pod', `mgr-${id}`)?.metadata.labels?.['mgr_role']);
  const settled = async () => {
    await n1.listen('ceph-mgr.a', active(5));
    await n2.listen('ceph-mgr.b', STANDBY);
    await look('n1');
    await look('n2');
  };

  it('follows a failover at the first look, well within the 15 seconds that are promised', async () => {
    await settled();
    expect(roles()).toEqual(['active', 'standby']);
    await n1.kill('ceph-mgr.a');
    await n2.listen('ceph-mgr.b', active(8));
    expect(await look('n2')).toEqual([
      'mgr-b is labelled active, because mgr.b says that it is active',
      'mgr-a is labelled standby, because mgr.b says that it is active',
    ]);
    expect(roles()).toEqual(['standby', 'active']);
    expect(FOLLOW_MGR_EVERY_SECONDS * 2).toBeLessThan(15);
  });

  it('is not written while nothing changes, also where the map of the mgrs gets new epochs', async () => {
    await settled();
    const before = server.writes.length;
    await n1.listen('ceph-mgr.a', active(6));
    expect([await look('n1'), await look('n2'), await look('n1')]).toEqual([[], [], []]);
    expect(server.writes.slice(before)).toEqual([]);
  });

  it('is not taken back by an active mgr that is cut off from the mons', async () => {
    await settled();
    await n2.listen('ceph-mgr.b', active(8));
    await look('n2');
    const before = server.writes.length;
    // It still answers, and acts on the map of the day when it was cut off.
    await n1.listen('ceph-mgr.a', active(7));
    expect(await look('n1')).toEqual([]);
    expect(server.writes.slice(before)).toEqual([]);
    expect(roles()).toEqual(['standby', 'active']);
  });

  it('goes back to a mgr that became active again', async () => {
    await settled();
    await n2.listen('ceph-mgr.b', active(8));
    await look('n2');
    await n1.listen('ceph-mgr.a', active(9));
    await n2.listen('ceph-mgr.b', STANDBY);
    await Promise.all([look('n1'), look('n2')]);
    await look('n1');
    expect(roles()).toEqual(['active', 'standby']);
  });

  it('learns its epoch where bootstrap set it, so that a mgr that is cut off cannot take it', async () => {
    server.change('Pod', 'mgr-b', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, mgr_role: 'active' } },
    }));
    await n2.listen('ceph-mgr.b', active(8));
    await look('n2');
    await n1.listen('ceph-mgr.a', active(7));
    expect(await look('n1')).toEqual([]);
    expect(roles()).toEqual([undefined, 'active'].map((role) => role ?? 'standby'));
  });

  it('is taken from a pod of a mgr that says that it is a standby', async () => {
    await settled();
    await n1.listen('ceph-mgr.a', STANDBY);
    await look('n1');
    expect(roles()).toEqual(['standby', 'standby']);
  });

  it('stays where it is while the mgr does not answer, or does not serve yet', async () => {
    await settled();
    await n1.listen('ceph-mgr.a', { ...active(9), mgr_status: { mgrmap_epoch: 9, initialized: false } });
    expect(await look('n1')).toEqual([]);
    await n1.kill('ceph-mgr.a');
    expect(await look('n1')).toEqual([]);
    expect(roles()).toEqual(['active', 'standby']);
  });

  it('never follows the mgr of another cluster that shares the directory of the sockets', async () => {
    await n1.listen('ceph-mgr.a', { ...active(5), 'config get': { fsid: 'of another cluster' } });
    expect(await look('n1')).toEqual([]);
    expect(server.writes).toEqual([]);
  });

  it('never follows a mgr whose pod Kubernetes has on another host', async () => {
    await n2.listen('ceph-mgr.a', active(5));
    expect(await look('n2')).toEqual([]);
    expect(server.writes).toEqual([]);
  });

  it('asks a standby for nothing that it would complain about in its log', async () => {
    await n2.listen('ceph-mgr.b', STANDBY);
    await look('n2');
    expect(n2.asked).not.toContain('ceph-mgr.b mgr_status');
  });

  it('needs nothing of the API server on a host without a mgr', async () => {
    server.refuse(() => true, { status: 403, body: {} });
    expect(await look('n1')).toEqual([]);
  });

  it('needs rights on pods that agents have', () => {
    const needed = ['get pods', 'list pods', 'patch pods', 'get secrets'];
    const rights = rightsOf(AGENT_RULES);
    expect(needed.filter((right) => !rights.has(right))).toEqual([]);
  });
});
