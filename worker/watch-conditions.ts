import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { METRICS } from '../src/contract/metrics.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { GaugeRows } from './gauge-rows.ts';
import { readClusters } from './read-clusters.ts';
import { readWaits } from './read-waits.ts';

/** Two looks in a usual scrape interval of a minute. */
export const WATCH_EVERY_SECONDS = 30;

export interface Watched {
  kubernetes: Pick<Kubernetes, 'list' | 'read'>;
  temporal: Client;
  now: () => Date;
  meter: MetricMeter;
}

/**
 * Gauges of what nobody counts while it happens, because nothing happens: operations that wait, agents that are away, checks that do not
 * come. Returns one look, to be repeated; where it fails, the gauges stay and `cephflow_watched_timestamp_seconds` tells how old they are.
 * Every ops worker shows all of them, so take `max` over the workers.
 */
export function watchConditions({ meter, ...sources }: Watched): () => Promise<string[]> {
  const gauge = (name: string, says: string) => meter.createGauge(name, 'float', undefined, says);
  const awaiting = new GaugeRows(gauge(METRICS.awaiting, 'Steps of open operations that wait, by what they wait for'));
  const missing = new GaugeRows(gauge(METRICS.agentsMissing, 'Hosts without an agent that takes work'));
  const age = new GaugeRows(gauge(METRICS.healthCheckAge, 'Seconds since check-health last completed by its schedule'));
  const watched = gauge(METRICS.watched, 'When all of these were last brought up to date');
  return async () => {
    const [waits, clusters] = await Promise.allSettled([readWaits(sources.temporal), readClusters(sources)]);
    if (waits.status === 'fulfilled') awaiting.show(waits.value.map((labels) => ({ labels: { ...labels }, value: 1 })));
    if (clusters.status === 'fulfilled') {
      missing.show(clusters.value.map(({ cluster, agentsMissing: value }) => ({ labels: { cluster }, value })));
      age.show(clusters.value.map(({ cluster, healthCheckAgeSeconds: value }) => ({ labels: { cluster }, value })));
    }
    for (const look of [waits, clusters]) if (look.status === 'rejected') throw look.reason;
    watched.set(sources.now().getTime() / 1000);
    return [];
  };
}
