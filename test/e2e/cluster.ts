import { expect } from 'vitest';
import { untilHealthy } from '../../deploy/demo/health.ts';
import { askCeph, kubectl } from '../../deploy/demo/kubectl.ts';

/** What must be the same after every bootstrap of the example, whatever happened on the way. */
export interface ClusterShape {
  quorum: string[];
  /** Ids of all OSDs that the map knows; one that leaked shows here or in `maxOsd`. */
  osds: number[];
  maxOsd: number;
  /** Host of each OSD that is up and in, sorted: which id a disk gets is chance, where the OSDs are is not. */
  hosts: string[];
  /** Names of all Ceph users, sorted. */
  users: string[];
  /** Names of all Deployments of the namespace, sorted; an orphan shows here. */
  deployments: string[];
}

interface OsdDump {
  max_osd: number;
  osds: { osd: number; up: number; in: number }[];
}

interface OsdTree {
  nodes: { id: number; name: string; type: string; children?: number[]; crush_weight?: number }[];
}

/** Reads the shape from Ceph and Kubernetes themselves, not from what an operation said. */
export async function shapeOf(cluster: string): Promise<ClusterShape> {
  const { quorum_names: quorum } = await askCeph<{ quorum_names: string[] }>(cluster, 'quorum_status');
  const dump = await askCeph<OsdDump>(cluster, 'osd', 'dump');
  const { nodes } = await askCeph<OsdTree>(cluster, 'osd', 'tree');
  const { auth_dump: users } = await askCeph<{ auth_dump: { entity: string }[] }>(cluster, 'auth', 'ls');
  const hosts = nodes.filter(({ type }) => type === 'host');
  const serving = dump.osds.filter((osd) => osd.up === 1 && osd.in === 1);
  return {
    quorum: quorum.toSorted(),
    osds: dump.osds.map(({ osd }) => osd).toSorted((a, b) => a - b),
    maxOsd: dump.max_osd,
    hosts: serving.map(({ osd }) => hosts.find(({ children }) => children?.includes(osd))?.name ?? 'none').toSorted(),
    users: users.map(({ entity }) => entity).toSorted(),
    deployments: await namesOf('deployments', cluster),
  };
}

/** Weight of an OSD in the CRUSH map, in TiB; `NaN` where the map does not have it. */
export async function weightOf(cluster: string, osd: number): Promise<number> {
  const { nodes } = await askCeph<OsdTree>(cluster, 'osd', 'tree');
  return nodes.find(({ id }) => id === osd)?.crush_weight ?? Number.NaN;
}

/** Names of all objects of a kind in a namespace, sorted. */
export async function namesOf(kind: string, namespace: string): Promise<string[]> {
  const lines = await linesOf(namespace, 'get', kind, '--output', 'name');
  return lines.map((line) => line.split('/').at(-1) ?? '').toSorted();
}

/** Host of each OSD that has a Deployment, also of one that does not run, sorted. */
export async function osdHosts(cluster: string): Promise<string[]> {
  const host = String.raw`custom-columns=:.spec.template.spec.nodeSelector.kubernetes\.io/hostname`;
  const osds = ['get', 'deployments', '--selector', 'app=rook-ceph-osd', '--no-headers', '--output', host];
  return (await linesOf(cluster, ...osds)).toSorted();
}

const linesOf = async (namespace: string, ...args: string[]): Promise<string[]> =>
  (await kubectl(['--namespace', namespace, ...args])).split('\n').filter((line) => line !== '');

export const EXAMPLE_OSD_HOSTS = ['n1', 'n1', 'n2', 'n2', 'n3', 'n3'];

/** The example as it must stand: three mons, two mgrs, an OSD on each of two disks of three nodes. */
export async function expectExampleCluster(cluster: string): Promise<void> {
  const { mgrmap } = await untilHealthy(cluster);
  expect(mgrmap.available).toBe(true);
  const ids = [0, 1, 2, 3, 4, 5];
  const shape = await shapeOf(cluster);
  expect(shape).toEqual({
    quorum: ['a', 'b', 'c'],
    osds: ids,
    maxOsd: 6,
    hosts: EXAMPLE_OSD_HOSTS,
    users: expect.arrayContaining([
      'client.admin',
      'client.crash',
      'mgr.a',
      'mgr.b',
      ...ids.map((id) => `osd.${id}`),
    ]) as string[],
    deployments: [
      ...['n1', 'n2', 'n3'].map((node) => `rook-ceph-crashcollector-${node}`),
      ...['a', 'b'].map((id) => `rook-ceph-mgr-${id}`),
      ...['a', 'b', 'c'].map((id) => `rook-ceph-mon-${id}`),
      ...ids.map((id) => `rook-ceph-osd-${id}`),
      'rook-ceph-tools',
    ],
  });
  const daemons = shape.users.filter((user) => /^(osd|mgr|mon|mds)\./.test(user));
  expect(daemons).toEqual(['mgr.a', 'mgr.b', ...ids.map((id) => `osd.${id}`)]);
}
