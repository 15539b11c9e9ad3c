import { z } from 'zod';
import type { HealthCheck } from '../contract/ceph-activities.ts';
import { askCeph } from './ceph.ts';
import type { CephSession } from './session.ts';

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

/** Every raised check, muted ones too: `status` leaves those out, so a judgement must read the checks. */
export const readHealth = async (session: CephSession): Promise<RaisedHealth> =>
  raisedHealth(await askCeph(session, ['health', 'detail'], healthSchema));

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
  })),
});
