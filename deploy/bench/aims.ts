import type { Measured } from './measure.ts';
import type { WorkerFigures } from './worker-figures.ts';

type Unit = 's' | '%' | 'events' | 'MB';

/** One aim of the project beside what was measured, both in `unit`. */
export interface JudgedAim {
  aim: string;
  figure: number;
  under: number;
  unit: Unit;
  met: boolean;
}

/** Names of the operations that are measured; the aims below are about them. */
export const MEASURED = {
  bootstrap: 'bootstrap',
  again: 'bootstrap again',
  checkHealth: 'check-health',
  teardown: 'teardown',
  addDisk: 'add-disk',
  replaceDisk: 'replace-disk',
} as const;

/** From the approval, where there is one, to an end that has been verified. */
const SECONDS: Readonly<Record<string, number>> = {
  [MEASURED.bootstrap]: 45,
  [MEASURED.again]: 10,
  [MEASURED.checkHealth]: 2,
  [MEASURED.teardown]: 40,
};
const EVENTS: Readonly<Record<string, number>> = { [MEASURED.checkHealth]: 60 };
/** Noticing and the question's place included: nobody is asked where the document says `add`. */
const PLUG_TO_UP_SECONDS: Readonly<Record<string, number>> = { [MEASURED.addDisk]: 20 };
/** Of operations in which Ceph and Kubernetes have something to do; the others are nearly all our own, and have an aim in seconds. */
const OWN_SHARE_PERCENT: Readonly<Record<string, number>> = {
  [MEASURED.bootstrap]: 15,
  [MEASURED.teardown]: 15,
  [MEASURED.addDisk]: 10,
  [MEASURED.replaceDisk]: 10,
};
const IDLE_PERCENT = 2;
const RESIDENT_MEGABYTES = { ops: 250, agent: 150 } as const;

/** Every aim with its figure. One that nothing was measured for does not appear, so it is never met by silence. */
export function judgedAims(measured: readonly Measured[], workers: readonly WorkerFigures[]): JudgedAim[] {
  return [...measured.flatMap(operationAims), ...workers.flatMap(workerAims)];
}

function operationAims({ operation, seconds, shares, historyEvents, plugToUpSeconds }: Measured): JudgedAim[] {
  const ownPercent = (100 * shares.own) / seconds;
  return [
    ...against(`${operation}: duration`, seconds, SECONDS[operation], 's'),
    ...against(`${operation}: from plug to OSD up`, plugToUpSeconds, PLUG_TO_UP_SECONDS[operation], 's'),
    ...against(`${operation}: history`, historyEvents, EVENTS[operation], 'events'),
    ...against(`${operation}: cephflow's own share`, ownPercent, OWN_SHARE_PERCENT[operation], '%'),
  ];
}

const workerAims = ({ role, pod, residentMegabytes, idleCoreShare }: WorkerFigures): JudgedAim[] => [
  ...against(`${pod}: resident memory`, residentMegabytes, RESIDENT_MEGABYTES[role], 'MB'),
  ...against(`${pod}: idle, of one core`, 100 * idleCoreShare, IDLE_PERCENT, '%'),
];

const against = (aim: string, figure: number | undefined, under: number | undefined, unit: Unit): JudgedAim[] =>
  figure === undefined || under === undefined
    ? []
    : [{ aim, figure: Math.round(figure * 10) / 10, under, unit, met: figure < under }];
