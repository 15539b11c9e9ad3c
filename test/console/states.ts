import type { Finding } from '../../src/contract/finding.ts';
import type { Plan, PlanStep } from '../../src/contract/plan.ts';
import type { OperationState, StepState } from '../../src/contract/state.ts';
import type { DiskRow } from '../../src/contract/disk.ts';

export const HASH = '0f3a9c12d4e5'.padEnd(64, '6');

export const aFinding = (fields: Partial<Finding> = {}): Finding => ({
  code: 'NODE_UNSCHEDULABLE',
  severity: 'warning',
  because: 'n3 takes no pods, so its 2 disks are left out.',
  ...fields,
});

export const aPlanStep = (fields: Partial<PlanStep> = {}): PlanStep => ({
  id: 'start-mons',
  targets: ['mon.a', 'mon.b'],
  does: 'starts 2 mons',
  risk: 'none',
  alwaysAsk: false,
  ...fields,
});

export const aPlan = (fields: Partial<Plan> = {}): Plan => ({
  operation: 'bootstrap',
  cluster: 'rook-ceph',
  hash: HASH,
  summary: 'Makes a cluster of 2 mons and 1 OSD.',
  steps: [
    aPlanStep(),
    aPlanStep({
      id: 'create-osds/n1',
      targets: ['n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB'],
      does: 'makes 1 OSD',
      risk: 'destroys-data',
    }),
  ],
  findings: [aFinding()],
  ...fields,
});

export const aStep = (fields: Partial<StepState> = {}): StepState => ({
  id: 'start-mons',
  status: 'pending',
  attempt: 1,
  skippable: false,
  ...fields,
});

export const aState = (fields: Partial<OperationState> = {}): OperationState => ({
  operation: 'bootstrap',
  cluster: 'rook-ceph',
  target: 'rook-ceph',
  workflowId: 'bootstrap:rook-ceph',
  phase: 'apply',
  awaiting: 'none',
  awaitingBecause: '',
  paused: false,
  steps: [],
  findings: [],
  waived: [],
  refusedMessages: [],
  ...fields,
});

/** A state that waits for the approval of `aPlan`. */
export const anAskingState = (fields: Partial<OperationState> = {}): OperationState =>
  aState({
    phase: 'approve',
    awaiting: 'approval',
    awaitingBecause: 'The plan makes 1 OSD on a blank disk.',
    plan: aPlan(),
    findings: [aFinding()],
    ...fields,
  });

/** A state with one step that waits for a person. */
export const aParkedState = (fields: Partial<OperationState> = {}): OperationState =>
  aState({
    awaiting: 'operator',
    awaitingBecause: 'osd.3 on n1 did not come up within 60 s.',
    steps: [
      aStep({
        status: 'done',
        startedAt: '2026-02-03T04:05:00.000Z',
        endedAt: '2026-02-03T04:05:09.400Z',
      }),
      aStep({
        id: 'create-osds/n1',
        status: 'parked',
        attempt: 3,
        startedAt: '2026-02-03T04:05:10.000Z',
        because: 'osd.3 on n1 did not come up within 60 s.',
      }),
      aStep({ id: 'verify' }),
    ],
    ...fields,
  });

export const aDisk = (fields: Partial<DiskRow> = {}): DiskRow => ({
  node: 'n1',
  path: '/dev/sdb',
  id: 'wwn:0x5000c500a1b2c3d4',
  sizeBytes: 6 * 2 ** 30,
  rotational: true,
  verdict: 'eligible',
  reasons: [],
  evidence: [],
  remedy: '',
  ...fields,
});
