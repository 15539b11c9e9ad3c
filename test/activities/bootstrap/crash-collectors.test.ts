import { describe, expect, it } from 'vitest';
import { readCrashCollectors, startCrashCollectors } from '../../../activities/bootstrap/crash-collectors.ts';
import { requireDocument } from '../../../activities/documents/cluster-document.ts';
import { listWorkloads } from '../../../activities/teardown/cluster-objects.ts';
import { stopDaemons } from '../../../activities/teardown/stop-daemons.ts';
import { NODES } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { aMgrPod } from '../../builders/mgr-pod.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps, startInput } from '../../builders/ops-deps.ts';

const CLUSTER = 'rook-ceph';
const named = (nodes: string[]) => nodes.map((node) => `Deployment/rook-ceph-crashcollector-${node}`);

const given = async (spec: Record<string, unknown> = {}) => {
  const nodes = ['n1', 'n2', 'n3', 'n4'].map((node) => aNode(node));
  const server = objectServer(aNamespace(), aDocument(spec), ...nodes, aMgrPod('a', 'n4'), aMgrPod('b', 'n1'));
  const { hash } = await requireDocument(server.kubernetes, CLUSTER);
  const collect = async (crashCollectorNodes: string[]) => {
    const input = startInput(hash);
    const facts = { ...input.facts, crashCollectorNodes };
    return asActivity(() => startCrashCollectors(opsDeps(server.kubernetes), { ...input, facts }));
  };
  const made = () => server.names().filter((name) => /^(Deployment|CronJob)\//.test(name));
  return { server, collect, made };
};

describe('crash collectors', () => {
  it('are on every host of a daemon, also one that only a mgr was placed on, and on no other', async () => {
    const { server, collect, made } = await given();
    expect(await collect(['n1', 'n2'])).toEqual({ already: false });
    expect(made()).toEqual(named(['n1', 'n2', 'n4']));
    expect(await readCrashCollectors(server.kubernetes, CLUSTER)).toEqual({
      nodes: ['n1', 'n2', 'n4'],
      daysToRetain: 0,
    });
    const writes = server.writes.filter((write) => !write.startsWith('PATCH'));
    expect(await collect(['n1', 'n2'])).toEqual({ already: true });
    expect(server.writes.filter((write) => !/^(PATCH|DELETE)/.test(write))).toEqual(
      writes.filter((write) => !/^(PATCH|DELETE)/.test(write)),
    );
  });

  it('are not waited for', async () => {
    const { server, collect } = await given();
    await collect(NODES);
    expect(server.waits).toEqual([]);
  });

  it('go from a host that has no daemon any more', async () => {
    const { collect, made } = await given();
    await collect(NODES);
    expect(await collect(['n1', 'n2'])).toEqual({ already: false });
    expect(made()).toEqual(named(['n1', 'n2', 'n4']));
  });

  it('remove old reports where the document names days, and no longer when it does not', async () => {
    const { server, collect, made } = await given({ crashCollector: { daysToRetain: 7 } });
    await collect(['n1']);
    expect(made()).toEqual(['CronJob/rook-ceph-crashcollector-pruner', ...named(['n1', 'n4'])]);
    expect(await readCrashCollectors(server.kubernetes, CLUSTER)).toMatchObject({ daysToRetain: 7 });
    const without = await given();
    await without.server.kubernetes.create(server.get('CronJob', 'rook-ceph-crashcollector-pruner') as never);
    await without.collect(['n1']);
    expect(without.made()).toEqual(named(['n1', 'n4']));
  });

  it('are all gone where the document disables them', async () => {
    const { collect, made } = await given({ crashCollector: { disable: true, daysToRetain: 7 } });
    await collect(['n1']);
    expect(await collect([])).toEqual({ already: false });
    expect(made()).toEqual([]);
    expect(await collect([])).toEqual({ already: true });
  });

  it('are taken by teardown with all that belongs to them, and pods of their Jobs do not come back', async () => {
    const { server, collect, made } = await given({ crashCollector: { daysToRetain: 7 } });
    await collect(['n1']);
    const workloads = (await listWorkloads(server.kubernetes, CLUSTER)).map(({ kind }) => kind);
    expect(workloads.toSorted()).toEqual(['CronJob', 'Deployment', 'Deployment']);
    const asked: string[] = [];
    const watched = {
      ...server.kubernetes,
      list: (query: Parameters<typeof server.kubernetes.list>[0]) => {
        asked.push(`${query.kind} ${query.labelSelector ?? ''}`);
        return server.kubernetes.list(query);
      },
    };
    await asActivity(() => stopDaemons(watched, { cluster: CLUSTER }));
    expect(made()).toEqual([]);
    expect(
      asked.filter((one) => one.startsWith('Job ') && one.includes('rook-ceph-crashcollector-pruner')),
    ).toHaveLength(1);
  });
});
