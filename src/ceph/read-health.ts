import { z } from 'zod';
import type { HealthCheck } from '../contract/ceph-activities.ts';

export const healthSchema = z.object({
  status: z.string(),
  checks: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      summary: z.object({ message: z.string() }),
      detail: z.array(z.object({ message: z.string() })).default([]),
      muted: z.boolean().default(false),
    }),
  ),
});

const DETAILS_SHOWN = 3;
const OSDS_NAMED = 10;

/** Each of them tells of the disk below an OSD: reads that failed, were repaired or repeated, stalled reads, slow operations. */
const SUSPECT_DISK = new Set([
  'BLUESTORE_SPURIOUS_READ_ERRORS',
  'OSD_TOO_MANY_REPAIRS',
  'BLUESTORE_SLOW_OP_ALERT',
  'BLOCK_DEVICE_STALLED_READ_ALERT',
  'DB_DEVICE_STALLED_READ_ALERT',
  'WAL_DEVICE_STALLED_READ_ALERT',
]);

/** Every raised check, muted ones too: `status` leaves those out, so a judgement must read the checks. */
export interface RaisedHealth {
  status: string;
  checks: HealthCheck[];
}

/** The answer of `health detail` in our words. Pure. */
export const raisedHealth = ({ status, checks }: z.infer<typeof healthSchema>): RaisedHealth => ({
  status,
  checks: Object.entries(checks).map(([code, { severity, summary, detail, muted }]) => ({
    code,
    severity,
    message: [summary.message, ...detail.slice(0, DETAILS_SHOWN).map(({ message }) => message.trim())].join('; '),
    muted,
    ...(SUSPECT_DISK.has(code) ? { osds: osdsNamed(detail) } : {}),
  })),
});

/** Each detail begins with its OSD: `osd.5 had 12 reads repaired`. */
const osdsNamed = (detail: readonly { message: string }[]): number[] =>
  detail
    .flatMap(({ message }) => /\bosd\.(\d+)\b/.exec(message)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
    .slice(0, OSDS_NAMED);
