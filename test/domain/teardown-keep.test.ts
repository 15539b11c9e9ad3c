import { describe, expect, it } from 'vitest';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { TEARDOWN_STEPS } from '../../src/contract/teardown.ts';
import { isRemade, planKeep } from '../../src/domain/teardown-keep.ts';
import type { ObservedTeardown } from '../../src/domain/teardown-observation.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import { dashboardService } from '../../src/manifests/dashboard.ts';
import { disruptionBudgets } from '../../src/manifests/disruption-budgets.ts';
import { identitySecrets, mgrKeyringSecret } from '../../src/manifests/identity.ts';
import { mgrService } from '../../src/manifests/mgr.ts';
import { monService } from '../../src/manifests/mon.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { FSID, aLabel } from './disk-facts-builder.ts';
import {
  aHost,
  aMonStore,
  noObjects,
  observed,
  ourDisk,
  runningCeph,
  someObjects,
} from './teardown-observation-builder.ts';

const idsOf = ({ steps }: TeardownPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: TeardownPlan): string[] => findings.map(({ code }) => code);
const OBJECTS = ['Secret/rook-ceph-mon', 'Service/rook-ceph-mgr', 'Service/rook-ceph-mon-a', 'ConfigMap/new-kind'];
const keeping = (changes: Parameters<typeof observed>[0] = {}): TeardownPlan =>
  planKeep(
    observed({
      objects: someObjects({ others: OBJECTS }),
      ceph: serving(),
      schedule: { state: 'running' },
      ...changes,
    }),
  );
const serving = () =>
  runningCeph({
    osds: [{ id: 3, uuid: aLabel().osdUuid ?? '', up: true, in: true, host: 'n1', location: [], deviceClass: 'hdd' }],
  });
const STOPPED: Partial<ObservedTeardown> = {
  hosts: [aHost('n1', { disks: [ourDisk({ exclusiveOpenError: null })], leftovers: [aMonStore('a')] })],
  objects: someObjects({ workloads: [], others: ['Secret/rook-ceph-mon', 'Service/rook-ceph-mon-a'] }),
  ceph: { reachable: false, reason: 'no mon answers', fsid: FSID },
  schedule: { state: 'missing' },
};

describe('the plan of a teardown that keeps the data', () => {
  it('only stops: no disk, no directory and no Secret is a target of any step', () => {
    const plan = keeping();
    expect(idsOf(plan)).toEqual([
      'unwatch-health',
      'stop-daemons',
      'prove-stopped/n1',
      'remove-objects',
      'remove-agents',
    ]);
    const order = idsOf(plan).map((id) => TEARDOWN_STEPS.findIndex((name) => name === id.split('/')[0]));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(plan.steps.map(({ risk }) => risk)).toEqual(['none', 'reduces-redundancy', 'none', 'none', 'none']);
    expect([plan.disks, plan.monStores]).toEqual([[], []]);
  });

  it('asks a person before it stops anything, also where approval is automatic', () => {
    expect(keeping().steps.find(({ id }) => id === 'stop-daemons')?.alwaysAsk).toBe(true);
  });

  it('leaves every object that is not known to be made again, also one that nobody here has heard of', () => {
    expect(keeping().steps.find(({ id }) => id === 'remove-objects')?.targets).toEqual(['Service/rook-ceph-mgr']);
  });

  it('says what is kept, as it was seen, and how the keys are saved', () => {
    const plan = keeping();
    expect(plan.kept).toEqual({
      disks: ['n1:wwn:0x5000c500a1b2c3d4'],
      monStores: ['mon.a@n1'],
      secrets: ['rook-ceph-mon'],
      osds: { '3': aLabel().osdUuid },
    });
    expect(plan.summary).toContain('Kept: 1 disks on 1 hosts, 1 mon stores');
    expect(plan.findings).toMatchObject([
      { code: 'KEYS_KEPT', remedy: expect.stringContaining('get secret rook-ceph-mon') },
    ]);
  });

  it('has no steps the second time, and says that nothing runs', () => {
    const plan = keeping({ ...STOPPED, agentsAdded: true });
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toBe(
      `Nothing of rook-ceph (fsid ${FSID}) runs. Kept: 1 disks on 1 hosts, 1 mon stores, Secrets and addresses; bootstrap takes it up again.`,
    );
    expect(plan.findings.filter(({ severity }) => severity === 'blocking')).toEqual([]);
  });

  it('proves again and takes the agents away where an earlier one was ended in the middle', () => {
    expect(idsOf(keeping({ ...STOPPED, agentsAdded: false }))).toEqual(['prove-stopped/n1', 'remove-agents']);
  });

  it('claims nothing to be kept that an interrupted destruction has taken', () => {
    const plan = keeping({ hosts: [aHost('n1', { disks: [ourDisk({ labels: [] })] })] });
    expect(plan.kept).toMatchObject({ disks: [], monStores: [] });
    expect(plan.summary).toContain('no data of it is kept');
    expect(plan.findings.filter(({ code }) => code === 'NOT_SEEN_TO_BE_KEPT').map(({ target }) => target)).toEqual([
      'osd.3',
      'mon.a@n1',
    ]);
  });

  it('counts no disk whose OSD was never completed', () => {
    const half = ourDisk({ labels: [aLabel({ ready: false, mkfsDone: false })] });
    expect(keeping({ hosts: [aHost('n1', { disks: [half] })] }).kept?.disks).toEqual([]);
  });

  it('stops no daemon while its keys are gone: it could never start again', () => {
    const plan = keeping({ objects: someObjects({ fsid: null, others: ['Service/rook-ceph-mgr'] }) });
    const lost = plan.findings.find(({ code }) => code === 'DATA_WITHOUT_KEYS');
    expect(lost).toMatchObject({ severity: 'blocking', target: FSID });
    expect(lost?.because).toContain('n1:wwn:0x5000c500a1b2c3d4');
  });

  it('names what bootstrap does not make again', () => {
    const workloads = ['Deployment/rook-ceph-mon-a', 'Deployment/rook-ceph-osd-12', 'Deployment/rook-ceph-rgw-store-a'];
    const plan = keeping({ objects: someObjects({ workloads, others: OBJECTS }) });
    expect(plan.findings.filter(({ code }) => code === 'NOT_MADE_AGAIN').map(({ target }) => target)).toEqual([
      'Deployment/rook-ceph-rgw-store-a',
    ]);
  });

  it('names a host that carried a part and did not look', () => {
    const [finding] = keeping({ remembered: { fsid: FSID, nodes: ['n1', 'n9'] } }).findings.filter(
      ({ code }) => code === 'HOST_NOT_SEEN',
    );
    expect(finding?.because).toContain('n9 carried a part of the cluster');
    expect(finding?.remedy).not.toContain('wipe');
  });
});

describe('who uses a cluster that is to be stopped', () => {
  const volume = (phase: string) => ({ name: 'pv-1', phase, claim: 'app/data', sizeText: '1Gi' });
  const withVolume = (phase: string) => someObjects({ others: OBJECTS, volumes: [volume(phase)] });

  it('blocks: a client hangs until bootstrap', () => {
    const open = { code: 'CLUSTER_IN_USE', severity: 'blocking' as const, because: 'p/i is open', target: 'rbd:p/i' };
    const plan = keeping({ ceph: { ...serving(), clients: [open] } });
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'CLUSTER_IN_USE', severity: 'blocking', target: 'rbd:p/i' }),
    );
    expect(plan.findings.find(({ code }) => code === 'CLUSTER_IN_USE')?.remedy).not.toContain('lost');
  });

  it('is not a volume that nobody has open: its data stays', () => {
    expect(codesOf(keeping({ objects: withVolume('Bound') }))).not.toContain('CLUSTER_IN_USE');
  });

  it('may be a bound volume where Ceph cannot tell who has it open', () => {
    const ceph = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
    expect(codesOf(keeping({ objects: withVolume('Bound'), ceph }))).toContain('CLUSTER_IN_USE');
    expect(codesOf(keeping({ objects: withVolume('Released'), ceph }))).not.toContain('CLUSTER_IN_USE');
  });
});

describe('what goes while the data is kept', () => {
  const ctx = {
    namespace: 'rook-ceph',
    fsid: FSID,
    spec: { mon: { count: 3 }, mgr: { count: 2 }, network: { connections: {} }, dashboard: {} },
  } as never;
  const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;

  it('is what bootstrap makes again from the document', () => {
    const made = [mgrService(ctx), dashboardService(ctx), ...disruptionBudgets(ctx)].map(nameOf);
    expect(made.filter((name) => !isRemade(name))).toEqual([]);
  });

  it('is never a key or the address of a mon', () => {
    const keys = { monKey: 'm', adminKey: 'a' };
    const kept = [...identitySecrets(ctx, keys), mgrKeyringSecret(ctx, 'a', 'k'), monService(ctx, 'a')].map(nameOf);
    expect([...kept, 'ConfigMap/rook-ceph-mon-endpoints', 'ConfigMap/rook-config-override'].filter(isRemade)).toEqual(
      [],
    );
  });
});

describe('a cluster that was stopped with its data kept', () => {
  it('can be destroyed later: its disks, stores and Secrets are targets again', () => {
    const plan = planTeardown(observed({ ...STOPPED, agentsAdded: true }));
    expect(idsOf(plan)).toEqual([
      'prove-stopped/n1',
      'wipe-disks/n1',
      'remove-directories/n1',
      'remove-objects',
      'remove-agents',
    ]);
    expect(codesOf(plan)).toEqual(['CEPH_UNREACHABLE']);
  });

  it('that was destroyed meanwhile has nothing to keep', () => {
    const plan = keeping({
      hosts: [aHost('n1')],
      objects: noObjects(),
      ceph: null,
      remembered: null,
      agentsAdded: true,
      schedule: { state: 'missing' },
    });
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toContain('no data of it is kept');
  });
});
