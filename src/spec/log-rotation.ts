import type { CephClusterSpec } from './ceph-cluster.ts';
import { parseQuantity } from './quantity.ts';

/** When a daemon's log file is rotated: at that age or that size, whichever comes first. */
export interface LogRotation {
  everySeconds: number;
  maxSizeBytes: number;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const NAMED_PERIODS: Record<string, number> = {
  hourly: HOUR_SECONDS,
  daily: DAY_SECONDS,
  weekly: 7 * DAY_SECONDS,
  monthly: 30 * DAY_SECONDS,
};

/** As Rook's defaults are. */
export const DEFAULT_ROTATION: LogRotation = { everySeconds: DAY_SECONDS, maxSizeBytes: 500_000_000 };

/** What the document asks for, with the defaults where it says nothing. */
export const logRotation = ({ logCollector }: Pick<CephClusterSpec, 'logCollector'>): LogRotation => {
  const { periodicity, maxLogSize } = logCollector;
  const [, count, unit] = /^(\d+)([hd])$/.exec(periodicity) ?? [];
  const counted = Number(count ?? 0) * (unit === 'h' ? HOUR_SECONDS : DAY_SECONDS);
  return {
    everySeconds: NAMED_PERIODS[periodicity] ?? (counted || DEFAULT_ROTATION.everySeconds),
    maxSizeBytes: parseQuantity(maxLogSize) || DEFAULT_ROTATION.maxSizeBytes,
  };
};
