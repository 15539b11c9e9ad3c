import { z } from 'zod';

const count = z.int().min(0);

/** Holds the answer of a worker of any version against what is printed: older fields must be there, newer ones pass through. */
export const clusterStatus = z.looseObject({
  health: z.string(),
  healthCodes: z.array(z.string()),
  fsid: z.string().nullable(),
  mons: z.looseObject({ quorum: z.array(z.string()) }),
  mgr: z.looseObject({ available: z.boolean(), active: z.string().nullable() }),
  osds: z.looseObject({ up: count, in: count, total: count }),
  version: z.string(),
  operations: z.array(z.looseObject({ operation: z.string(), workflowId: z.string() })),
  schedule: z.looseObject({ state: z.string(), note: z.string().optional() }).optional(),
  findings: z.array(
    z.looseObject({ code: z.string(), severity: z.enum(['info', 'warning', 'blocking']), because: z.string() }),
  ),
});
