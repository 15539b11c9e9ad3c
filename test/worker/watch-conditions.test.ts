import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { CLUSTER_RECORDS, SYSTEM_NAMESPACE } from '../../src/contract/names.ts';
import { healthScheduleId } from '../../src/contract/health-schedule.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { objectServer } from '../builders/object-server.ts';
import { GaugeRows } from '../../worker/gauge-rows.ts';
import { watchConditions } from '../../worker/watch-conditions.ts';

const CLUSTER = 'rook-ceph';
const NOW = new Date('2026-11-22T12:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

/** What a gauge shows last, by its labels: as the endpoint does. */
function recordingMeter(): { meter: MetricMeter; shown: Map<string, number> } {
  const shown = new Map<string, number>();
  const createGauge = (name: string) => ({
    set: (value: number, labels: Record<string, string> = {}) =>
      shown.set(`${name} ${Object.values(labels).join(' ')}`.trim(), value),
  });
  return { meter: { createGauge } as unknown as MetricMeter, shown };
}

interface Temporal {
  /** When the schedule was made; `undefined` where there is none. */
  scheduled?: Date | undefined;
  completed?: Date | undefined;
}

const temporalWith = ({ scheduled, completed }: Temporal): Client =>
  ({
    withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
    schedule: {
      getHandle: (id: string) => ({
        describe: async () => {
          if (scheduled === undefined) throw new ScheduleNotFoundError('not found', id);
          return { info: { createdAt: scheduled } };
        },
      }),
    },
    workflow: {
      // oxlint-disable-next-line require-yield
      async *list({ query }: { query: string }) {
        if (
          query === `TemporalScheduledById = "${healthScheduleId(CLUSTER)}" AND ExecutionStatus = "Completed"` &&
          completed
        )
          yield { closeTime: completed };
      },
    },
  }) as unknown as Client;

const record = { image: 'ceph:20', dataDir: '/var/lib/rook', fsid: null, nodes: ['n1', 'n2', 'n3'], updatedAt: '' };
const records: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: CLUSTER_RECORDS, namespace: SYSTEM_NAMESPACE },
  data: { [CLUSTER]: JSON.stringify(record) },
};
const agents = (desiredNumberScheduled: number, numberReady: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'cephflow-agent', namespace: CLUSTER },
  status: { desiredNumberScheduled, numberReady },
});
const documentIn = (phase: string): KubernetesObject => ({
  apiVersion: 'ceph.rook.io/v1',
  kind: 'CephCluster',
  metadata: { name: CLUSTER, namespace: CLUSTER, creationTimestamp: secondsAgo(5000).toISOString() },
  status: { phase },
});

async function look(objects: KubernetesObject[], temporal: Temporal): Promise<Map<string, number>> {
  const { meter, shown } = recordingMeter();
  const { kubernetes } = objectServer(...objects);
  await watchConditions({ kubernetes, temporal: temporalWith(temporal), now: () => NOW, meter })();
  return shown;
}

const MISSING = `cephflow_agents_missing ${CLUSTER}`;
const AGE = `cephflow_health_check_age_seconds ${CLUSTER}`;

describe('agents that are missing', () => {
  it('are those that should run and do not take work', async () => {
    expect((await look([records, agents(3, 1)], {})).get(MISSING)).toBe(2);
    expect((await look([records, agents(3, 3)], {})).get(MISSING)).toBe(0);
  });

  it('are all of them where somebody deleted their DaemonSet, and none while a cluster is being made or was torn down', async () => {
    expect((await look([records, documentIn('Ready')], {})).get(MISSING)).toBe(3);
    expect((await look([records, documentIn('Progressing')], {})).get(MISSING)).toBe(0);
    expect((await look([records], {})).get(MISSING)).toBe(0);
  });
});

describe('the age of the last check', () => {
  it.each<[string, Temporal, string, number]>([
    [
      'is counted from the last one that completed',
      { scheduled: secondsAgo(9000), completed: secondsAgo(70) },
      'Ready',
      70,
    ],
    ['is counted from the schedule where none completed yet', { scheduled: secondsAgo(40) }, 'Ready', 40],
    ['goes on where the schedule was deleted', { completed: secondsAgo(400) }, 'Ready', 400],
    ['is that of the document where there never was a schedule', {}, 'Ready', 5000],
    ['is nothing while the cluster is being made', {}, 'Progressing', 0],
    ['is nothing after teardown took the schedule away', { completed: secondsAgo(400) }, 'TornDown', 0],
  ])('%s', async (_, temporal, phase, age) => {
    expect((await look([records, documentIn(phase)], temporal)).get(AGE)).toBe(age);
  });
});

describe('gauges', () => {
  it('go to zero when nothing stands behind them, because the endpoint forgets nothing', () => {
    const { meter, shown } = recordingMeter();
    const rows = new GaugeRows(meter.createGauge('waits'));
    rows.show([
      { labels: { step: 'a' }, value: 1 },
      { labels: { step: 'a' }, value: 1 },
      { labels: { step: 'b' }, value: 1 },
    ]);
    expect(Object.fromEntries(shown)).toEqual({ 'waits a': 2, 'waits b': 1 });
    rows.show([{ labels: { step: 'b' }, value: 1 }]);
    expect(Object.fromEntries(shown)).toEqual({ 'waits a': 0, 'waits b': 1 });
  });

  it('stay, and do not look fresh, where Temporal does not answer', async () => {
    const { meter, shown } = recordingMeter();
    const { kubernetes } = objectServer(records, agents(3, 2));
    const away = { withDeadline: () => Promise.reject(new Error('14 UNAVAILABLE')) } as unknown as Client;
    let temporal = temporalWith({ scheduled: secondsAgo(40) });
    const sources = {
      kubernetes,
      now: () => NOW,
      meter,
      get temporal() {
        return temporal;
      },
    };
    await watchConditions(sources)();
    const before = new Map(shown);
    expect(before.get('cephflow_watched_timestamp_seconds')).toBe(NOW.getTime() / 1000);
    shown.clear();
    temporal = away;
    await expect(watchConditions(sources)()).rejects.toThrow('UNAVAILABLE');
    expect(shown.size).toBe(0);
  });
});
