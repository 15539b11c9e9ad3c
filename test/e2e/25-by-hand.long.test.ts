import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { checkHealthContract, type HealthResult } from '../../src/contract/check-health.ts';
import { healthScheduleId } from '../../src/contract/health-schedule.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { expectExampleCluster } from './cluster.ts';
import { exampleCluster } from './ground.ts';
import { useLab, type Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { temporal } from './temporal.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: CLUSTER, name: 'rook-ceph-mon' };

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await exampleCluster(lab);
});
afterAll(async () => {
  await setDocumentOption(null);
  await abortLeftovers();
});

/** What one look at the cluster says, by code. */
async function lookOnce(): Promise<string[]> {
  const { workflow } = await temporal();
  const result = await workflow.execute<(input: unknown) => Promise<HealthResult>>(checkHealthContract.workflowType, {
    taskQueue: 'cephflow',
    workflowId: `check-health:${CLUSTER}:e2e`,
    args: [{ cluster: CLUSTER }],
  });
  return result.findings.map(({ code }) => code);
}

const patch = (kind: string, name: string, body: object) =>
  kubectl(['--namespace', CLUSTER, 'patch', kind, name, '--type=merge', `--patch=${JSON.stringify(body)}`]);

const setFinalizers = (finalizers: string[] | null) => patch('secret', SECRET.name, { metadata: { finalizers } });

/** An option of Ceph that the document sets; `null` takes it out again. */
const setDocumentOption = (value: string | null) =>
  patch('cephcluster', CLUSTER, { spec: { cephConfig: { global: { mon_warn_on_slow_ping_time: value } } } });

/** Each is told by the next look, and the cluster serves all through. */
describe('what somebody does by hand to a cluster that runs', () => {
  it('a finalizer that is stripped is told with the command that puts it back', async () => {
    const before = (await lab.kubernetes.read(SECRET))?.metadata.finalizers ?? [];
    await setFinalizers(null);
    expect(await lookOnce()).toContain('FINALIZER_STRIPPED');
    await setFinalizers(before);
    expect(await lookOnce()).not.toContain('FINALIZER_STRIPPED');
  });

  it('an identity Secret that is deleted stays, whole, and is told; lost, it is put back from the copy', async () => {
    const { data, type, metadata } = (await lab.kubernetes.read(SECRET)) as KubernetesObject & { type: string };
    await kubectl(['--namespace', CLUSTER, 'delete', 'secret', SECRET.name, '--wait=false']);
    expect(await lookOnce()).toContain('IDENTITY_DELETED');
    expect((await lab.kubernetes.read(SECRET))?.['data']).toEqual(data);
    await setFinalizers(null);
    expect(await lookOnce()).toContain('IDENTITY_LOST');
    const { name, namespace, labels, annotations, finalizers } = metadata;
    const copy = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels, annotations, finalizers },
      type,
      data,
    };
    await kubectl(['create', '--filename', '-'], { input: JSON.stringify(copy) });
    expect(await lookOnce()).toEqual([]);
    await expectExampleCluster(CLUSTER);
  });

  it('a changed document is told until bootstrap applies it', async () => {
    await setDocumentOption('2000');
    expect(await lookOnce()).toContain('DOCUMENT_NOT_APPLIED');
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER, approval: 'auto' });
    expect((await operation.result()).outcome).toBe('done');
    expect(await lookOnce()).not.toContain('DOCUMENT_NOT_APPLIED');
  });

  it('a schedule that is deleted is told by status, and made again by bootstrap', async () => {
    const { schedule } = await temporal();
    await schedule.getHandle(healthScheduleId(CLUSTER)).delete();
    expect(await lookOnce()).toContain('SCHEDULE_NOT_RUNNING');
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    expect((await operation.result()).outcome).toBe('done');
    const { state } = await schedule.getHandle(healthScheduleId(CLUSTER)).describe();
    expect(state.paused).toBe(false);
    await until('the schedule has looked', 90, async () => {
      const { info } = await schedule.getHandle(healthScheduleId(CLUSTER)).describe();
      return info.recentActions.length > 0;
    });
  });
});
