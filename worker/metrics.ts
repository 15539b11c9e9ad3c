import type { MetricsExporterConfig } from '@temporalio/worker';
import { METRICS, SECONDS_BUCKETS } from '../src/contract/metrics.ts';

/** Where metrics are served, from `METRICS_ADDRESS` (such as `0.0.0.0:9464`); `undefined` where nobody asked for them. */
export function metricsAddress(): string | undefined {
  const address = process.env['METRICS_ADDRESS'] ?? '';
  return address === '' ? undefined : address;
}

/** One Prometheus endpoint for the SDK's metrics and ours: seconds and `_total`, as Prometheus wants them; no label that is the same everywhere. */
export const prometheusAt = (bindAddress: string): MetricsExporterConfig => ({
  attachServiceName: false,
  prometheus: {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: {
      [METRICS.operationSeconds]: SECONDS_BUCKETS,
      [METRICS.stepSeconds]: SECONDS_BUCKETS,
    },
  },
});

/** What a person reads when nothing is served there. */
export function metricsNotServed(address: string, error: unknown): string {
  const because = error instanceof Error ? error.message : String(error);
  if (because.includes('in use'))
    return `Metrics are not served: ${address} is taken by another process. Set METRICS_ADDRESS to a free port, or to nothing, and restart this worker; it works without them.`;
  if (because.includes('socket address'))
    return `Metrics are not served: METRICS_ADDRESS is "${address}", which is not an IP address with a port such as 0.0.0.0:9464. Correct it and restart this worker; it works without them.`;
  return `Metrics are not served on ${address}: ${because}. This worker works without them.`;
}
