import { alignColumns, type Column } from '../../src/console/columns.ts';
import type { Measured } from './measure.ts';
import type { WorkerFigures } from './worker-figures.ts';

/** Aims of the project, in the unit of the figure beside them. */
export const AIMS = {
  bootstrapSeconds: 45,
  bootstrapAgainSeconds: 10,
  teardownSeconds: 40,
  ownShare: 0.15,
  opsMegabytes: 250,
  agentMegabytes: 150,
  idleCoreShare: 0.02,
} as const;

const AIM_SECONDS: Record<string, number | undefined> = {
  bootstrap: AIMS.bootstrapSeconds,
  'bootstrap again': AIMS.bootstrapAgainSeconds,
  teardown: AIMS.teardownSeconds,
};

type Timed = Pick<Measured, 'seconds' | 'shares'>;

const times: Column<Timed>[] = [
  { title: 'SECONDS', value: ({ seconds }) => seconds.toFixed(1) },
  { title: 'CEPH', value: ({ shares }) => shares.ceph.toFixed(1) },
  { title: 'KUBERNETES', value: ({ shares }) => shares.kubernetes.toFixed(1) },
  { title: 'CEPHFLOW', value: ({ shares }) => shares.own.toFixed(1) },
];

const ownShare = ({ seconds, shares }: Timed): string =>
  `${((100 * shares.own) / seconds).toFixed(0)} % (aim ${AIMS.ownShare * 100} %)`;

/** Tables for a person: operations, steps of each, workers. */
export function reportLines(measured: Measured[], workers: WorkerFigures[]): string[] {
  const operations = alignColumns<Measured>(measured, [
    { title: 'OPERATION', value: ({ operation }) => operation },
    ...times,
    { title: 'AIM', value: ({ operation }) => aimOf(operation) },
    { title: 'OWN SHARE', value: ownShare },
    { title: 'EVENTS', value: ({ historyEvents }) => String(historyEvents) },
  ]);
  const steps = measured.flatMap(({ operation, steps: all }) => [
    '',
    ...alignColumns(all, [{ title: `STEP OF ${operation.toUpperCase()}`, value: ({ step }) => step }, ...times]),
  ]);
  return [...operations, ...steps, '', ...workerLines(workers)];
}

const aimOf = (operation: string): string => {
  const aim = AIM_SECONDS[operation];
  return aim === undefined ? '' : `${aim} s`;
};

const workerLines = (workers: WorkerFigures[]): string[] =>
  alignColumns(workers, [
    { title: 'WORKER', value: ({ pod }) => pod },
    {
      title: 'RESIDENT',
      value: ({ role, residentMegabytes }) =>
        `${residentMegabytes} MB (aim ${role === 'ops' ? AIMS.opsMegabytes : AIMS.agentMegabytes})`,
    },
    {
      title: 'IDLE CORE',
      value: ({ idleCoreShare }) => `${(100 * idleCoreShare).toFixed(1)} % (aim under ${AIMS.idleCoreShare * 100} %)`,
    },
  ]);
