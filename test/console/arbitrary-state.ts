import * as fc from 'fast-check';
import type { Finding } from '../../src/contract/finding.ts';
import type { Plan, PlanStep } from '../../src/contract/plan.ts';
import type { OperationState, StepState } from '../../src/contract/state.ts';

/** Text as daemons, disks and people may produce it: any length, line breaks, fences, HTML, control characters. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.constantFrom('```', '``` \n# Done', '<script>', '\u001b[2J', '**', '漢'.repeat(900), ''),
);
/** The longest name that Kubernetes gives a node. */
const nodeName = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,251}[a-z0-9]$/);
const cluster = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const stepId = fc.oneof(
  fc.constantFrom('start-mons', 'verify', 'wipe-disks'),
  nodeName.map((node) => `create-osds/${node}`),
);
const time = fc.option(fc.constantFrom('2026-02-03T04:05:06.789Z', '2026-02-04T00:00:00.000Z', 'never'), {
  nil: undefined,
});

const finding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom('STALE_STATE', 'X'),
  severity: fc.constantFrom('info', 'warning', 'blocking'),
  because: anyText,
  remedy: anyText,
  target: anyText,
});

const planStep: fc.Arbitrary<PlanStep> = fc.record({
  id: stepId,
  targets: fc.array(anyText, { maxLength: 40 }),
  does: anyText,
  risk: fc.constantFrom('none', 'reduces-redundancy', 'destroys-data'),
  alwaysAsk: fc.boolean(),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  operation: fc.constantFrom('bootstrap', 'teardown'),
  cluster,
  hash: fc.stringMatching(/^[0-9a-f]{64}$/),
  summary: anyText,
  steps: fc.array(planStep, { maxLength: 30 }),
  findings: fc.array(finding, { maxLength: 5 }),
  losses: fc.array(anyText, { maxLength: 5 }),
});

const step: fc.Arbitrary<StepState> = fc.record({
  id: stepId,
  status: fc.constantFrom('pending', 'running', 'done', 'parked', 'waiting-for-host', 'skipped', 'failed'),
  attempt: fc.integer({ min: 1, max: 10_000 }),
  startedAt: time,
  endedAt: time,
  because: fc.option(anyText, { nil: undefined }),
  skippable: fc.boolean(),
}) as fc.Arbitrary<StepState>;

/** Any state that a workflow could answer, and many that it should not. */
export const arbitraryState: fc.Arbitrary<OperationState> = fc.record({
  operation: fc.constantFrom('bootstrap', 'teardown', 'replace-disk'),
  cluster,
  target: anyText,
  workflowId: anyText,
  phase: fc.constantFrom('observe', 'plan', 'approve', 'lock', 'apply', 'verify', 'report', 'undo'),
  awaiting: fc.constantFrom('none', 'approval', 'operator', 'host', 'operation'),
  awaitingBecause: anyText,
  paused: fc.boolean(),
  plan: fc.option(plan, { nil: undefined }),
  steps: fc.array(step, { maxLength: 60 }),
  findings: fc.array(finding, { maxLength: 10 }),
  waived: fc.constant([]),
  refusedMessages: fc.array(anyText, { maxLength: 5 }),
}) as fc.Arbitrary<OperationState>;
