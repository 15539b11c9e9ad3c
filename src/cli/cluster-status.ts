import { z } from 'zod';
import type { Finding } from '../contract/finding.ts';

const count = z.int().min(0);

/** Result of the workflow `readStatus`: what `status` prints as JSON. Fields are only added. */
export const clusterStatus = z.looseObject({
  health: z.string(),
  /** Ceph's health codes now. */
  healthCodes: z.array(z.string()),
  mons: z.looseObject({ quorum: z.array(z.string()) }),
  mgr: z.looseObject({ available: z.boolean() }),
  osds: z.looseObject({ up: count, in: count, total: count }),
  version: z.string(),
  /** Entries of the ConfigMap `cephflow-operations`. */
  operations: z.array(z.looseObject({ operation: z.string().optional(), workflowId: z.string().optional() })),
  findings: z.array(
    z.looseObject({ code: z.string(), severity: z.enum(['info', 'warning', 'blocking']), because: z.string() }),
  ),
});

export type ClusterStatus = z.infer<typeof clusterStatus> & { findings: Finding[] };
