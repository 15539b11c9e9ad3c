import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTeardownActivities } from '../../../activities/teardown/teardown-activities.ts';
import { fakeTemporal } from '../../builders/fake-temporal.ts';
import { labPaths } from '../../../deploy/lab/paths.ts';
import { FINALIZER } from '../../../src/contract/names.ts';
import type { TeardownActivities } from '../../../src/contract/teardown-activities.ts';
import { connectKubernetes, type Kubernetes } from '../../../src/kubernetes/kubernetes.ts';
import { customResourceDefinitions } from '../../../src/spec/custom-resource-definition.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';
import { agentObjects, clusterObjects, strangers } from './cluster-on-kubernetes.ts';

const OBSERVATION = 'look-1';

export const teardownSuite = (): unknown =>
  describe('the activities of teardown on a real API server', () => {
    const cluster = `teardown-test-${randomUUID().slice(0, 8)}`;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: cluster } };
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${cluster}-pv` },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        csi: { driver: 'any.rbd.csi.ceph.com', volumeHandle: 'x', volumeAttributes: { clusterID: cluster } },
      },
    };
    const volumeRef = { apiVersion: 'v1', kind: 'PersistentVolume', name: volume.metadata.name };
    const document = {
      apiVersion: 'ceph.rook.io/v1',
      kind: 'CephCluster',
      metadata: { name: cluster, namespace: cluster, finalizers: [FINALIZER] },
      spec: { dataDirHostPath: '/var/lib/rook', cephVersion: { image: 'localhost/ceph:20.2.4' } },
    };
    const documentRef = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', namespace: cluster, name: cluster };
    let kubernetes: Kubernetes;
    let activities: TeardownActivities;
    const run = async <Name extends keyof TeardownActivities>(
      name: Name,
      input: Parameters<TeardownActivities[Name]>[0],
    ): Promise<Awaited<ReturnType<TeardownActivities[Name]>>> => {
      const activity = activities[name] as (given: typeof input) => Promise<unknown>;
      const result: unknown = await new MockActivityEnvironment().run(activity, input);
      return result as never;
    };
    const plan = (nodes: string[] = ['n1']) =>
      run('planTeardown', {
        cluster,
        observation: OBSERVATION,
        nodes,
        dataDir: '/var/lib/rook',
        ceph: null,
        agentsAdded: false,
        findings: [],
      });
    const names = async (apiVersion: string, kind: string): Promise<string[]> =>
      (await kubernetes.list({ apiVersion, kind, namespace: cluster })).map(({ metadata }) => metadata.name).toSorted();

    beforeAll(async () => {
      kubernetes = connectKubernetes({ kubeconfig: labPaths().kubeconfig });
      activities = createTeardownActivities({ kubernetes, temporal: fakeTemporal().client });
      for (const definition of customResourceDefinitions()) await kubernetes.create(definition as never);
      const objects = [...clusterObjects(cluster), ...agentObjects(cluster, OBSERVATION), ...strangers(cluster)];
      for (const object of [namespace, volume, ...objects]) await kubernetes.create(object);
      await untilServed(() => kubernetes.create(document));
      for (const selector of [`rook_cluster=${cluster}`, 'app=cephflow-agent'])
        await kubernetes.untilPodsReady({
          namespace: cluster,
          selector,
          count: selector.startsWith('rook') ? 4 : 1,
          withinSeconds: 60,
        });
    }, 120_000);

    afterAll(async () => {
      await kubernetes.patchMetadata(documentRef, { removeFinalizers: [FINALIZER] });
      await kubernetes.remove(volumeRef);
      for (const object of clusterObjects(cluster).filter(({ metadata }) => metadata.finalizers?.length)) {
        const ref = {
          apiVersion: object.apiVersion,
          kind: object.kind,
          namespace: cluster,
          name: object.metadata.name,
        };
        await kubernetes.patchMetadata(ref, { removeFinalizers: object.metadata.finalizers ?? [] });
      }
      const ref = { apiVersion: 'v1', kind: 'Namespace', name: cluster };
      await kubernetes.remove(ref);
      await kubernetes.untilGone(ref, { withinSeconds: 100 });
    }, 120_000);

    it('plans what is there, by the identity Secret and the placed mons, and sees who uses it', async () => {
      const planned = await plan();
      expect(planned).toMatchObject({
        fsid: FSID,
        disks: [{ node: 'n1', id: 'wwn:0x5000c500a1b2c3d4' }],
        monStores: [{ node: 'n1', mon: 'a' }],
      });
      expect(planned.steps.map(({ id, targets }) => [id, targets])).toEqual([
        ['stop-daemons', ['mgr-a', 'mon-a', 'osd-3', 'tools'].map((name) => `Deployment/rook-ceph-${name}`)],
        ['prove-stopped/n1', ['n1']],
        ['wipe-disks/n1', ['n1:wwn:0x5000c500a1b2c3d4']],
        ['remove-directories/n1', ['n1:/var/lib/rook/mon-a']],
        [
          'remove-objects',
          [
            `CephCluster/${cluster}`,
            'ConfigMap/rook-ceph-mon-endpoints',
            'PodDisruptionBudget/rook-ceph-mon-pdb',
            'Secret/rook-ceph-admin-keyring',
            'Secret/rook-ceph-mon',
            'Service/rook-ceph-mgr',
            'ServiceAccount/rook-ceph-osd',
          ],
        ],
        ['remove-agents', ['DaemonSet/cephflow-agent']],
      ]);
      expect(planned.findings.map(({ code, target }) => [code, target])).toEqual([
        ['CEPH_UNREACHABLE', undefined],
        ['CLUSTER_IN_USE', `pv/${cluster}-pv`],
      ]);
    });

    it('does not plan on a host without a fresh look', async () => {
      await expect(plan(['n1', 'n2'])).rejects.toMatchObject({ code: 'HOST_SILENT' });
    });

    it('ends all daemons in seconds though their own grace is a minute, and again without finding any', async () => {
      const started = performance.now();
      const { stopped, already } = await run('stopDaemons', { cluster });
      expect(performance.now() - started).toBeLessThan(55_000);
      // Leaf to root.
      expect(stopped).toEqual(['tools', 'mgr-a', 'osd-3', 'mon-a'].map((name) => `Deployment/rook-ceph-${name}`));
      expect(already).toBe(false);
      expect(await names('apps/v1', 'Deployment')).toEqual(['app-of-mine']);
      expect((await names('v1', 'Pod')).filter((name) => !name.startsWith('cephflow-agent'))).toEqual([]);
      expect(await run('stopDaemons', { cluster })).toEqual({ stopped: [], already: true });
    }, 90_000);

    it('removes nothing of a cluster with another identity', async () => {
      const before = await names('v1', 'Secret');
      const removing = run('removeObjects', { cluster, fsid: OTHER_FSID });
      await expect(removing).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
      expect(await names('v1', 'Secret')).toEqual(before);
    });

    it('removes the objects of the cluster and no others, and leaves the document with a status', async () => {
      const { removed } = await run('removeObjects', { cluster, fsid: FSID });
      expect(removed.indexOf('Secret/rook-ceph-mon')).toBe(removed.length - 2);
      expect(await names('v1', 'Secret')).toEqual(['temporal-key']);
      expect(await names('v1', 'Service')).toEqual(['dashboard-of-mine']);
      expect(await names('policy/v1', 'PodDisruptionBudget')).toEqual([]);
      expect(await names('v1', 'ServiceAccount')).toEqual(['cephflow-agent', 'default']);
      const left = await kubernetes.read(documentRef);
      expect(left?.metadata.finalizers ?? []).toEqual([]);
      expect(left?.['status']).toMatchObject({ phase: 'TornDown', message: expect.stringContaining('torn down') });
      expect(await run('removeObjects', { cluster, fsid: FSID })).toEqual({ removed: [], already: true });
    }, 60_000);

    it('removes the agents last, with what they may do and what they wrote, and then nothing is left to do', async () => {
      const { removed } = await run('removeAgents', { cluster });
      expect(removed).toEqual([
        'DaemonSet/cephflow-agent',
        'RoleBinding/cephflow-agent',
        'Role/cephflow-agent',
        'ServiceAccount/cephflow-agent',
        'ConfigMap/local-device-n1',
      ]);
      expect(await names('v1', 'Pod')).toEqual([]);
      expect(await names('v1', 'ConfigMap')).toEqual(['kube-root-ca.crt', 'local-device-n7', 'rook-config-override']);
      expect(await run('removeAgents', { cluster })).toEqual({ removed: [], already: true });
      await kubernetes.remove(volumeRef);
      expect((await plan([])).steps).toEqual([]);
    }, 60_000);
  });

/** A kind is served a moment after its definition was made. */
async function untilServed(act: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + 20_000; ;)
    try {
      return void (await act());
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
}
