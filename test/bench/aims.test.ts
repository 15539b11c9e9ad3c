import { describe, expect, it } from 'vitest';
import { judgedAims, MEASURED } from '../../deploy/bench/aims.ts';
import type { Measured } from '../../deploy/bench/measure.ts';
import { reportLines } from '../../deploy/bench/report.ts';
import type { WorkerFigures } from '../../deploy/bench/worker-figures.ts';

const measured = (operation: string, seconds: number, own: number, historyEvents: number): Measured => ({
  operation,
  seconds,
  shares: { ceph: seconds - own, kubernetes: 0, own },
  historyEvents,
  steps: [],
});
const worker = (role: WorkerFigures['role'], residentMegabytes: number, idleCoreShare: number): WorkerFigures => ({
  role,
  pod: `cephflow-${role}-1`,
  residentMegabytes,
  idleCoreShare,
});

const aims = judgedAims(
  [
    measured(MEASURED.bootstrap, 44, 4.4, 300),
    measured(MEASURED.again, 10, 9, 80),
    measured(MEASURED.checkHealth, 1.2, 1, 60),
    measured(MEASURED.teardown, 41, 8.2, 200),
    { ...measured(MEASURED.addDisk, 30, 3.3, 90), plugToUpSeconds: 19.9 },
    { ...measured(MEASURED.replaceDisk, 100, 9, 150), plugToUpSeconds: 25 },
  ],
  [worker('ops', 249, 0.021), worker('agent', 150, 0.004)],
);

describe('the aims of the bench', () => {
  it('stand beside their figures, met only where a figure is under them', () => {
    expect(aims.map(({ aim, figure, under, unit, met }) => `${aim} ${figure} < ${under} ${unit}: ${met}`)).toEqual([
      'bootstrap: duration 44 < 45 s: true',
      "bootstrap: cephflow's own share 10 < 15 %: true",
      'bootstrap again: duration 10 < 10 s: false',
      'check-health: duration 1.2 < 2 s: true',
      'check-health: history 60 < 60 events: false',
      'teardown: duration 41 < 40 s: false',
      "teardown: cephflow's own share 20 < 15 %: false",
      'add-disk: from plug to OSD up 19.9 < 20 s: true',
      "add-disk: cephflow's own share 11 < 10 %: false",
      "replace-disk: cephflow's own share 9 < 10 %: true",
      'cephflow-ops-1: resident memory 249 < 250 MB: true',
      'cephflow-ops-1: idle, of one core 2.1 < 2 %: false',
      'cephflow-agent-1: resident memory 150 < 150 MB: false',
      'cephflow-agent-1: idle, of one core 0.4 < 2 %: true',
    ]);
  });

  it('are in the table for a person, with the events of every history', () => {
    const lines = reportLines([measured(MEASURED.checkHealth, 1.2, 1, 60)], [], aims.slice(3, 5));
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "OPERATION      SECONDS   CEPH   KUBERNETES   CEPHFLOW   OWN SHARE   EVENTS
      check-health   1.2       0.2    0.0          1.0        83 %        60

      WORKER   RESIDENT   IDLE CORE

      AIM                      FIGURE      UNDER       RESULT
      check-health: duration   1.2 s       2 s         met
      check-health: history    60 events   60 events   MISSED"
    `);
  });
});
