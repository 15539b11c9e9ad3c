import { beforeEach, describe, expect, it } from 'vitest';
import { placeMons } from '../../../activities/bootstrap/place-mons.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import type { StartDaemonsInput } from '../../../src/contract/bootstrap-activities.ts';
import { FINALIZER } from '../../../src/contract/names.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { objectServer, type ObjectServer } from '../../builders/object-server.ts';
import { opsDeps, startInput } from '../../builders/ops-deps.ts';
import { dataOf } from '../../manifests/a-cluster.ts';

const given = async (spec: Record<string, unknown> = {}) => {
  const server = objectServer(aNamespace(), aDocument(spec), ...['n1', 'n2', 'n3'].map((node) => aNode(node)));
  const { hash } = await requireDocument(server.kubernetes, 'rook-ceph');
  return { server, input: startInput(hash), deps: opsDeps(server.kubernetes) };
};
const endpointsOf = (server: ObjectServer): unknown =>
  (server.get('ConfigMap', 'rook-ceph-mon-endpoints')?.['data'] as { data: string } | undefined)?.data;

describe('placing mons', () => {
  let server: ObjectServer;
  let input: StartDaemonsInput;
  let deps: ReturnType<typeof opsDeps>;
  beforeEach(async () => {
    ({ server, input, deps } = await given());
  });

  it('gives each the address of a Service of its own, and writes where clients find them', async () => {
    const { mons, already } = await placeMons(deps, input);
    expect(already).toBe(false);
    expect(mons.map(({ name, node }) => `${name}@${node}`)).toEqual(['a@n1', 'b@n2', 'c@n3']);
    expect(new Set(mons.map(({ address }) => address)).size).toBe(3);
    expect(endpointsOf(server)).toBe(mons.map(({ name, address }) => `${name}=${address}:6789`).join(','));
    const connection = server.get('Secret', 'rook-ceph-config');
    expect(connection === undefined ? {} : dataOf(connection)).toMatchObject({ mon_initial_members: 'a,b,c' });
  });

  it('keeps every address when it is called again, and says so', async () => {
    const first = await placeMons(deps, input);
    const writes = server.names();
    expect(await placeMons(deps, input)).toEqual({ mons: first.mons, already: true });
    expect(server.names()).toEqual(writes);
  });

  it('keeps the address of a Service that somebody changed otherwise', async () => {
    const { mons } = await placeMons(deps, input);
    server.change('Service', 'rook-ceph-mon-b', (object) => ({
      ...object,
      spec: { ...(object['spec'] as object), internalTrafficPolicy: 'Local' },
    }));
    expect((await placeMons(deps, input)).mons).toEqual(mons);
    expect(server.get('Service', 'rook-ceph-mon-b')?.['spec']).toMatchObject({ internalTrafficPolicy: 'Local' });
  });

  it('never gives a mon another address where its Service was removed: the address is its identity', async () => {
    const { mons } = await placeMons(deps, input);
    await server.kubernetes.remove({
      apiVersion: 'v1',
      kind: 'Service',
      namespace: 'rook-ceph',
      name: 'rook-ceph-mon-b',
    });
    const again = await placeMons(deps, input).then(
      (placed) => placed.mons,
      (error: unknown) => (error as { code?: string }).code,
    );
    expect([mons, 'IDENTITY_CONFLICT', 'STALE_STATE']).toContainEqual(again);
  });

  it('protects the document from a removal that nobody meant', async () => {
    await placeMons(deps, input);
    expect(server.get('CephCluster', 'rook-ceph')?.metadata.finalizers).toEqual([FINALIZER]);
  });

  it('never replaces settings that somebody wrote into the override', async () => {
    await placeMons(deps, input);
    server.change('ConfigMap', 'rook-config-override', (object) => ({
      ...object,
      data: { config: '[global]\nx = 1' },
    }));
    await placeMons(deps, input);
    expect(server.get('ConfigMap', 'rook-config-override')?.['data']).toEqual({ config: '[global]\nx = 1' });
  });

  it('makes nothing where the document asks for something else by now', async () => {
    const changed = { ...input, facts: { ...input.facts, document: { generation: 1, hash: 'other' } } };
    await expect(placeMons(deps, changed)).rejects.toMatchObject({ code: 'DOCUMENT_CHANGED' });
    expect(server.writes).toEqual([]);
  });

  it('names a host that Kubernetes does not know any more', async () => {
    server.lose('Node', 'n2');
    await expect(placeMons(deps, input)).rejects.toMatchObject({
      code: 'HOST_SILENT',
      message: expect.stringContaining('n2'),
    });
  });
});

describe('placing mons with host networking', () => {
  it('uses the approved address of each host, and makes no Service', async () => {
    const { server, input, deps } = await given({ network: { provider: 'host' } });
    const mons = [{ id: 'a', node: 'n1', hostAddress: '192.0.2.7' }];
    const placed = await placeMons(deps, { ...input, facts: { ...input.facts, mons } });
    expect(placed.mons).toEqual([{ name: 'a', address: '192.0.2.7', node: 'n1' }]);
    expect(server.names().filter((name) => name.startsWith('Service/'))).toEqual([]);
  });
});
