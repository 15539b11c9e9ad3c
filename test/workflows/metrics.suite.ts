import { expect, it, vi } from 'vitest';
import { METRICS } from '../../src/contract/metrics.ts';
import { failure } from '../../src/errors.ts';
import { readWaits } from '../../worker/read-waits.ts';
import { Operation, type Rig } from './rig.ts';

/** Everything that may ever be a label of cephflow's own histograms; the last three are the SDK's. */
const LABELS = ['operation', 'step', 'outcome', 'le', 'namespace', 'taskQueue', 'workflowType'];

const ownSeries = (text: string): { series: string; name: string; labels: Record<string, string> }[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('cephflow_'))
    .map((series) => ({
      series,
      name: /^\w+/.exec(series)?.[0] ?? '',
      labels: Object.fromEntries([...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
    }));

export function aboutMetrics(rig: () => Rig): void {
  it('measure every operation and step by its outcome, beside the figures of the SDK, and never by an id', async () => {
    const cluster = 'measured';
    const world = await rig().world(cluster);
    world.failing('exposeDashboard', 1, () => failure('POD_NOT_READY', 'the mgr is not ready'));
    const operation = new Operation(await rig().start('bootstrap', { cluster }, `bootstrap:${cluster}`));
    await operation.approve();
    await operation.untilAwaiting('operator');
    await operation.send('retry', { step: 'set-up-dashboard', attempt: 1, by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });

    const text = await rig().scrape();
    const own = ownSeries(text);
    const count = (name: string, labels: Record<string, string>) =>
      own.filter(
        (one) =>
          one.name === `${name}_count` && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      );
    expect(count(METRICS.operationSeconds, { operation: 'bootstrap', outcome: 'done' })).toHaveLength(1);
    for (const outcome of ['failed', 'done'])
      expect(count(METRICS.stepSeconds, { operation: 'bootstrap', step: 'set-up-dashboard', outcome })).toHaveLength(1);
    expect(count(METRICS.stepSeconds, { operation: 'bootstrap', step: 'create-osds', outcome: 'done' })).toHaveLength(
      1,
    );
    expect(text).toContain('temporal_activity_execution_failed_total{');
    expect(own.flatMap(({ labels }) => Object.keys(labels)).filter((name) => !LABELS.includes(name))).toEqual([]);
    const ids = own.filter(
      ({ labels: { operation: one = '', step = 'none' } }) => !/^[a-z-]+ [a-z-]+$/.test(`${one} ${step}`),
    );
    expect(ids.map(({ series }) => series)).toEqual([]);
  });

  it('say what an operation waits for as long as it does, also of steps that are parked', async () => {
    const cluster = 'waiting';
    const world = await rig().world(cluster);
    world.failing('protectDaemons', 1, () => failure('POD_NOT_READY', 'no mon is ready'));
    const operation = new Operation(await rig().start('bootstrap', { cluster }, `bootstrap:${cluster}`));
    await operation.untilAwaiting('approval');
    const waits = () => readWaits(rig().client);
    await vi.waitFor(async () =>
      expect(await waits()).toContainEqual({ operation: 'bootstrap', step: 'approve', awaiting: 'approval' }),
    );
    await operation.approve();
    await operation.untilAwaiting('operator');
    const parked = { operation: 'bootstrap', step: 'protect-daemons', awaiting: 'operator' };
    await vi.waitFor(async () => expect(await waits()).toContainEqual(parked), { timeout: 5000 });
    await operation.send('skip', { step: 'protect-daemons', attempt: 1, by: 'ada', reason: 'no rights' });
    await operation.result();
    await vi.waitFor(async () => expect(await waits()).not.toContainEqual(parked), { timeout: 5000 });
  });

  it('stand beside log lines that say operation, cluster and step', async () => {
    const cluster = 'logged';
    const world = await rig().world(cluster);
    world.failing('startOsds', 1, () => failure('POD_NOT_READY', 'osd.0 does not start'));
    const operation = new Operation(await rig().start('bootstrap', { cluster }, `bootstrap:${cluster}`));
    await operation.approve();
    await operation.untilAwaiting('operator');
    await operation.send('abort', { by: 'ada', reason: 'seen enough' });
    await operation.failure();
    const of = { operation: 'bootstrap', cluster };
    const line = (message: string, fields: object) => ({
      message,
      meta: expect.objectContaining({ ...of, ...fields }),
    });
    const lines = () => rig().lines.map(({ message, meta }) => ({ message, meta }));
    await vi.waitFor(() => expect(lines()).toContainEqual(line('operation ended: aborted', { outcome: 'aborted' })));
    expect(lines()).toContainEqual(line('Activity failed', { activityType: 'startOsds', step: 'create-osds/n1' }));
    expect(lines()).toContainEqual(line('step ended: failed', { step: 'create-osds/n1', seconds: expect.any(Number) }));
  });
}
