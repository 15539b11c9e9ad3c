import { describe, expect, it } from 'vitest';
import { FINALIZER } from '../../src/contract/names.ts';
import { dashboardPasswordSecret, dashboardService } from '../../src/manifests/dashboard.ts';
import { disruptionBudgets } from '../../src/manifests/disruption-budgets.ts';
import {
  configOverride,
  connectionSecret,
  identitySecrets,
  mgrKeyringSecret,
  monEndpoints,
} from '../../src/manifests/identity.ts';
import { mgrService } from '../../src/manifests/mgr.ts';
import { monIndex } from '../../src/manifests/mon-addresses.ts';
import { monService } from '../../src/manifests/mon.ts';
import { FSID, aCluster, aMon, dataOf } from './a-cluster.ts';

const mons = [aMon('b', '10.96.0.2'), aMon('a', '10.96.0.1'), aMon('c', 'fd00::3')];
const msgr2 = { network: { connections: { requireMsgr2: true } } };

describe('the identity', () => {
  const secrets = identitySecrets({ namespace: 'rook-ceph', fsid: FSID }, { monKey: 'MON', adminKey: 'ADMIN' });

  it('is kept by our finalizer, under the names that tools look for', () => {
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual([
      'rook-ceph-mon',
      'rook-ceph-mons-keyring',
      'rook-ceph-admin-keyring',
    ]);
    for (const { metadata, type } of secrets)
      expect([metadata.finalizers, type]).toEqual([[FINALIZER], 'kubernetes.io/rook']);
  });

  it('has the keys that a toolbox reads', () => {
    const [root, monKeyring] = secrets.map(dataOf);
    expect(root).toMatchObject({
      fsid: FSID,
      'mon-secret': 'MON',
      'ceph-username': 'client.admin',
      'ceph-secret': 'ADMIN',
    });
    expect(monKeyring?.['keyring']).toBe(
      '[mon.]\n\tkey = MON\n\tcaps mon = "allow *"\n\n[client.admin]\n\tkey = ADMIN\n' +
        '\tcaps mds = "allow *"\n\tcaps mgr = "allow *"\n\tcaps mon = "allow *"\n\tcaps osd = "allow *"\n',
    );
  });

  it('gives a mgr only what a mgr may do', () => {
    const { keyring } = dataOf(mgrKeyringSecret({ namespace: 'rook-ceph', fsid: FSID }, 'b', 'K'));
    expect(keyring).toContain('[mgr.b]\n\tkey = K\n');
    expect(keyring).toContain('caps mon = "allow profile mgr"');
  });
});

describe('addresses of the mons', () => {
  it('are the same text in whatever order the mons are given', () => {
    const data = dataOf(connectionSecret(aCluster(), mons));
    expect(data).toEqual(dataOf(connectionSecret(aCluster(), mons.toReversed())));
    expect(data).toEqual({
      mon_host:
        '[v2:10.96.0.1:3300,v1:10.96.0.1:6789],[v2:10.96.0.2:3300,v1:10.96.0.2:6789],[v2:[fd00::3]:3300,v1:[fd00::3]:6789]',
      mon_initial_members: 'a,b,c',
    });
  });

  it('leave the first protocol out where the document does not want it', () => {
    expect(dataOf(connectionSecret(aCluster(msgr2), mons.slice(1, 2)))['mon_host']).toBe('[v2:10.96.0.1:3300]');
    expect(monEndpoints(aCluster(msgr2), mons.slice(1, 2))['data']).toMatchObject({ data: 'a=10.96.0.1:3300' });
    expect((monService(aCluster(msgr2), 'a')['spec'] as { ports: object[] }).ports).toHaveLength(1);
  });

  it("are in the ConfigMap in Rook's form, which our finalizer keeps", () => {
    const { data, metadata } = monEndpoints(aCluster(), mons) as unknown as {
      data: Record<string, string>;
      metadata: { finalizers: string[] };
    };
    expect(data).toMatchObject({ data: 'a=10.96.0.1:6789,b=10.96.0.2:6789,c=[fd00::3]:6789', maxMonId: '2' });
    expect(JSON.parse(data['mapping'] ?? '')).toMatchObject({
      node: { a: { Name: 'n1', Hostname: 'n1.example', Address: '172.30.0.11' } },
    });
    expect(metadata.finalizers).toEqual([FINALIZER]);
  });

  it.each([
    ['a', 0],
    ['z', 25],
    ['aa', 26],
    ['ab', 27],
  ])('count mon %s as %i', (id, index) => expect(monIndex(id)).toBe(index));
});

describe('Services', () => {
  it('lead to a mon before it is ready, or mons that start together would never meet', () => {
    expect(monService(aCluster(), 'a')).toMatchObject({
      metadata: { name: 'rook-ceph-mon-a' },
      spec: {
        publishNotReadyAddresses: true,
        ports: [
          { name: 'tcp-msgr1', port: 6789 },
          { name: 'tcp-msgr2', port: 3300 },
        ],
      },
    });
  });

  it('lead to the active mgr alone', () => {
    const selector = { app: 'rook-ceph-mgr', rook_cluster: 'rook-ceph', mgr_role: 'active' };
    expect(mgrService(aCluster())).toMatchObject({ metadata: { name: 'rook-ceph-mgr' }, spec: { selector } });
    expect(dashboardService(aCluster({ dashboard: { enabled: true, ssl: true } }))).toMatchObject({
      metadata: { name: 'rook-ceph-mgr-dashboard' },
      spec: { selector, ports: [{ name: 'https-dashboard', port: 8443 }] },
    });
    expect(dashboardService(aCluster({ dashboard: { enabled: true } }))).toMatchObject({
      spec: { ports: [{ name: 'http-dashboard', port: 7000 }] },
    });
  });
});

describe('the rest', () => {
  it('protects three mons and two mgrs, and does not block drains where that would protect nothing', () => {
    expect(disruptionBudgets(aCluster()).map(({ metadata }) => metadata.name)).toEqual([
      'rook-ceph-mon-pdb',
      'rook-ceph-mgr-pdb',
    ]);
    expect(disruptionBudgets(aCluster({ mon: { count: 1 }, mgr: { count: 1 } }))).toEqual([]);
  });

  it('leaves overrides to the user', () => {
    expect(configOverride(aCluster())).toMatchObject({
      metadata: { name: 'rook-config-override' },
      data: { config: '' },
    });
    expect(dataOf(dashboardPasswordSecret(aCluster(), 'p'))).toEqual({ password: 'p' });
  });
});
