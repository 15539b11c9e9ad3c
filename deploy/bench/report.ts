import { alignColumns, type Column } from '../../src/console/columns.ts';
import type { JudgedAim } from './aims.ts';
import type { Measured } from './measure.ts';
import type { WorkerFigures } from './worker-figures.ts';

type Timed = Pick<Measured, 'seconds' | 'shares'>;

const times: Column<Timed>[] = [
  { title: 'SECONDS', value: ({ seconds }) => seconds.toFixed(1) },
  { title: 'CEPH', value: ({ shares }) => shares.ceph.toFixed(1) },
  { title: 'KUBERNETES', value: ({ shares }) => shares.kubernetes.toFixed(1) },
  { title: 'CEPHFLOW', value: ({ shares }) => shares.own.toFixed(1) },
  { title: 'OWN SHARE', value: ({ seconds, shares }) => `${((100 * shares.own) / seconds).toFixed(0)} %` },
];

/** Tables for a person: operations, steps of each, workers, and the aims beside the figures. */
export function reportLines(
  measured: readonly Measured[],
  workers: readonly WorkerFigures[],
  aims: readonly JudgedAim[],
): string[] {
  const operations = alignColumns<Measured>(measured, [
    { title: 'OPERATION', value: ({ operation }) => operation },
    ...times,
    { title: 'EVENTS', value: ({ historyEvents }) => String(historyEvents) },
  ]);
  const steps = measured
    .filter((one) => one.steps.length > 0)
    .flatMap(({ operation, steps: all }) => [
      '',
      ...alignColumns(all, [{ title: `STEP OF ${operation.toUpperCase()}`, value: ({ step }) => step }, ...times]),
    ]);
  return [...operations, ...steps, '', ...workerLines(workers), '', ...aimLines(aims)];
}

const workerLines = (workers: readonly WorkerFigures[]): string[] =>
  alignColumns(workers, [
    { title: 'WORKER', value: ({ pod }) => pod },
    { title: 'RESIDENT', value: ({ residentMegabytes }) => `${residentMegabytes} MB` },
    { title: 'IDLE CORE', value: ({ idleCoreShare }) => `${(100 * idleCoreShare).toFixed(1)} %` },
  ]);

const aimLines = (aims: readonly JudgedAim[]): string[] =>
  alignColumns(aims, [
    { title: 'AIM', value: ({ aim }) => aim },
    { title: 'FIGURE', value: ({ figure, unit }) => `${figure} ${unit}` },
    { title: 'UNDER', value: ({ under, unit }) => `${under} ${unit}` },
    { title: 'RESULT', value: ({ met }) => (met ? 'met' : 'MISSED') },
  ]);
