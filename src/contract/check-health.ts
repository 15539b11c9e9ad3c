import { z } from 'zod';
import type { Finding } from './finding.ts';
import { operationInput, type OperationContract } from './operation.ts';

const input = z.strictObject({ cluster: operationInput.cluster });
export type CheckHealthInput = z.infer<typeof input>;

export const CHECK_HEALTH_STEPS = ['look', 'judge'] as const;

/** No plan, no approval, no lock: one short look that changes nothing of the cluster. Runs by its schedule, and alike by hand. */
export const checkHealthContract: OperationContract<CheckHealthInput> = {
  name: 'check-health',
  workflowType: 'checkHealth',
  does: "looks at a cluster once: what Ceph says, and what Ceph's colour hides; its schedule runs it every minute",
  input,
  example: { cluster: 'rook-ceph' },
  suggestedId: ({ cluster }) => `check-health:${cluster}`,
  steps: CHECK_HEALTH_STEPS,
  unwaivable: [],
  approvalNamesCluster: false,
};

/** A cluster in numbers; `null` where Ceph did not answer. */
export interface HealthFigures {
  mons: { inQuorum: number; all: number };
  mgr: { active: string | null; standbys: number };
  osds: { up: number; in: number; all: number };
  /** `x.y.z`; `null` where daemons differ. */
  version: string | null;
  capacity: { usedBytes: number; totalBytes: number };
}

export interface HealthResult {
  summary: string;
  /** `HEALTH_OK`, `HEALTH_WARN`, `HEALTH_ERR`, or `UNREACHABLE`. */
  health: string;
  /** Ceph's own codes, muted ones left out. */
  healthCodes: string[];
  figures: HealthFigures | null;
  /** Gravest first, at most MOST_FINDINGS. */
  findings: Finding[];
  /** What is otherwise than in the run before, one sentence each; empty where no run before is known. */
  changes: string[];
}

/** Keeps result and history small, whatever is wrong with a large cluster. */
export const MOST_FINDINGS = 25;

const known = z.object({
  health: z.string(),
  healthCodes: z.array(z.string()),
  findings: z.array(z.object({ code: z.string(), target: z.string().optional(), because: z.string() })),
});

/** What the next run compares itself with. */
export type KnownHealth = z.infer<typeof known>;

/** Reads the result of the run before, of whatever version; `null` where there is none that can be compared. Pure. */
export function knownHealth(result: unknown): KnownHealth | null {
  return known.safeParse(result).data ?? null;
}
