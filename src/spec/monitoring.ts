import { z } from 'zod';
import { count, duration, off, port, quantity, section } from './field-kinds.ts';

const exporter = section(
  {
    perfCountersPrioLimit: z.int().min(0).default(5).describe('Only counters of at least this priority.'),
    statsPeriodSeconds: z.int().min(1).default(5).describe('Seconds between two readings.'),
    port: port('Port of the exporter. Default: 9926.'),
    hostNetwork: z.boolean().optional().describe("Whether the exporter uses the host's network."),
  },
  'The exporter of each node.',
);

export const monitoring = section(
  {
    enabled: off('Whether ServiceMonitors are made for Prometheus.'),
    metricsDisabled: off('Whether Ceph tells no metrics.'),
    interval: duration('Time between two readings.'),
    port: port("Port of the mgr's metrics. Default: 9283."),
    externalMgrEndpoints: z.array(z.record(z.string(), z.unknown())).optional().describe('Mgrs of an outside cluster.'),
    externalMgrPrometheusPort: port('Port of the metrics of an outside cluster.'),
    exporter,
  },
  'Metrics for Prometheus.',
);

export const crashCollector = section(
  {
    disable: off('Whether crash reports are left where they are.'),
    daysToRetain: count('Days for which crash reports are kept.'),
  },
  'Collector of crash reports.',
);

export const logCollector = section(
  {
    enabled: off('Whether daemons also log into files on their host, which are rotated.'),
    periodicity: z
      .string()
      .regex(/^$|^(hourly|daily|weekly|monthly|\d+[hd])$/, {
        error: 'must be hourly, daily, weekly, monthly, 24h or 1d',
      })
      .default('daily')
      .describe('How often log files are rotated.'),
    maxLogSize: quantity('Size at which a log file is rotated.').default('500M'),
  },
  'Rotation of log files.',
);
