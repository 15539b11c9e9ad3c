import { z } from 'zod';
import { nearest } from '../spec/nearest.ts';

/** Fields that every operation takes. All but the identity are optional. */
export const operationInput = {
  cluster: z
    .string({ error: 'is the namespace of the cluster, and is needed' })
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is the name of a Kubernetes namespace')
    .describe('namespace of the cluster'),
  dryRun: z.boolean().default(false).describe('end with the plan, change nothing'),
  approval: z
    .enum(['required', 'auto'])
    .default('required')
    .describe('`auto` never covers what overwrites a disk that is not blank'),
  waive: z.array(z.string()).default([]).describe('codes of findings that may not stop it; recorded in the result'),
  reason: z.string().optional().describe('why it is done, for the record'),
};

/** The part of an input that names the operation. */
export interface NamedInput {
  cluster: string;
  node?: string;
  osd?: number;
  device?: string;
}

/** One operation as client, CLI, worker and workflow share it. */
export interface OperationContract<Input> {
  /** Verb-object, the same word everywhere: `replace-disk`. */
  name: string;
  workflowType: string;
  /** One sentence for lists. */
  does: string;
  input: z.ZodType<Input>;
  example: NamedInput & Record<string, unknown>;
  /** From an input as a person typed it; what it lacks is named by the operation itself. */
  suggestedId: (input: NamedInput) => string;
  /** What of the cluster it is about, for lists and for the register: a host, an OSD. The cluster itself without it. */
  targetOf?: (input: NamedInput) => string;
  /** Ids of the steps in order; per-node steps without their `/<node>`. Headings of its page in docs/operations. */
  steps: readonly string[];
  /** Codes of findings that stop it and that no `waive` covers. */
  unwaivable: readonly string[];
  /** Approval must carry the cluster's name. */
  approvalNamesCluster: boolean;
}

/** Either the input with defaults, or every problem of it at once, each a sentence. */
export type CheckedInput<Input> = { input: Input } | { problems: string[] };

/** Judges an input as the workflow does: unknown keys are errors, all problems come together. Pure. */
export function checkInput<Input>(contract: OperationContract<Input>, value: unknown): CheckedInput<Input> {
  if (value === undefined || value === null) return { problems: ['there is no input'] };
  const parsed = contract.input.safeParse(value);
  if (parsed.success) return { input: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => describeIssue(contract, issue)) };
}

function describeIssue<Input>(contract: OperationContract<Input>, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `"${key}" is not a field of ${contract.name}${suggestion(contract, key)}`);
  const path = issue.path.join('.');
  return [path === '' ? 'the input is one JSON object' : `"${path}" ${issue.message}`];
}

function suggestion<Input>(contract: OperationContract<Input>, key: string): string {
  const near = nearest(key, contract.input instanceof z.ZodObject ? Object.keys(contract.input.shape) : []);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
