import type { PlannedMon, PlannedOsd } from '../contract/bootstrap.ts';
import type { HealthSchedule } from '../contract/health-schedule.ts';
import type { PlanStep } from '../contract/plan.ts';
import { gib } from './gib.ts';
import { harmless, when } from './plan-steps.ts';

/** What of the cluster exists already, as observed. */
export interface ExistingParts {
  identity: boolean;
  /** Mons whose store is complete on their host. */
  monStores: string[];
  /** Mons whose stores must have quorum before a new store is made beside them. */
  startFirst: string[];
  /** Every planned mon is in quorum. */
  quorum: boolean;
  /** Every planned mgr has its Deployment, and one is active. */
  mgrs: boolean;
  /** The document's settings were applied as they are now. */
  settings: boolean;
  /** Uuids of OSDs that are up. One that somebody set out runs as well: that is for whoever set it. */
  runningOsds: string[];
  /** Uuids of planned OSDs whose disk carries a complete label of them: never formatted, only started. */
  madeOsds: string[];
  /** Uuids of planned OSDs whose disk carries an unfinished label of them: wiped and made again, which a person must approve. */
  halfMadeOsds: string[];
  budgets: boolean;
  dashboard: boolean;
  toolbox: boolean;
  /** Crash collectors are where they should be, and nowhere else. */
  crashCollectors: boolean;
  /** The schedule by which the cluster is looked at. */
  watch: HealthSchedule;
  /** Document status says Ready. */
  reported: boolean;
}

export interface StepsInput {
  mons: PlannedMon[];
  mgrs: string[];
  osds: PlannedOsd[];
  settings: string[];
  dashboard: boolean;
  /** Hosts that shall have a crash collector. */
  crashCollectorNodes: string[];
  /** Content hash of the document: an approval of the plan covers this content alone. */
  document: string;
  existing: ExistingParts;
}

/** The steps that are missing, in the order of the contract; none for a finished cluster. */
export function bootstrapSteps(input: StepsInput): PlanStep[] {
  const { mons, mgrs, osds, settings, dashboard, document, existing } = input;
  const newMons = mons.filter(({ id }) => !existing.monStores.includes(id));
  const newOsds = osds.filter(({ osdUuid }) => !existing.runningOsds.includes(osdUuid));
  const nodes = [...new Set(newOsds.map(({ node }) => node))].sort();
  const changes = [
    ...when(!existing.quorum, [
      ...when(existing.startFirst.length > 0, [startKeptMons(mons, existing.startFirst)]),
      ...newMons.map((mon) =>
        harmless(`make-mon-stores/${mon.id}`, [mon.node], `make the store of mon.${mon.id} on ${mon.node}`),
      ),
      harmless(
        'start-mons',
        mons.map(({ id, node }) => `mon.${id}@${node}`),
        `start ${mons.length} mons together and wait for quorum`,
      ),
    ]),
    ...when(!existing.mgrs, [
      harmless(
        'start-mgrs',
        mgrs.map((id) => `mgr.${id}`),
        `start ${mgrs.length} mgrs on different hosts`,
      ),
    ]),
    ...when(!existing.settings, [
      harmless('apply-settings', settings, `apply ${settings.length} settings of the document, and the full ratios`),
    ]),
    ...nodes.map((node) =>
      createOsds(
        node,
        newOsds.filter((osd) => osd.node === node),
        existing,
      ),
    ),
    ...when(!existing.budgets, [
      harmless('protect-daemons', ['mon', 'mgr'], 'make the PodDisruptionBudgets of mons and mgrs'),
    ]),
    ...when(!existing.dashboard, [
      harmless(
        'set-up-dashboard',
        ['dashboard'],
        dashboard ? 'enable the dashboard with its user, Secret and Service' : 'make the Service of the mgrs',
      ),
    ]),
    ...when(!existing.toolbox, [harmless('start-toolbox', ['rook-ceph-tools'], 'start the toolbox')]),
    ...when(!existing.crashCollectors, [collectCrashes(input.crashCollectorNodes)]),
  ];
  const watch = when(existing.watch.state !== 'running', [watchHealth(existing.watch)]);
  if (changes.length + watch.length === 0 && existing.reported) return [];
  return [
    ...when(!existing.identity, [
      harmless('make-identity', ['fsid', 'keys'], "make the cluster's fsid and keys, kept in Secrets"),
    ]),
    ...when(!existing.quorum, [
      harmless(
        'place-mons',
        mons.map(({ id, node }) => `mon.${id}@${node}`),
        'give each mon a stable address',
      ),
    ]),
    ...changes,
    harmless(
      'verify',
      ['cluster', `document ${document}`],
      'compare quorum, mgr, OSDs, versions and health with the plan, then write, read back and compare real objects',
    ),
    ...watch,
    harmless('report-status', ['document'], "write the outcome to the document's status"),
  ];
}

const startKeptMons = (mons: PlannedMon[], first: string[]): PlanStep =>
  harmless(
    'start-kept-mons',
    mons.filter(({ id }) => first.includes(id)).map(({ id, node }) => `mon.${id}@${node}`),
    `start the ${first.length} mons whose stores are there and wait for their quorum, before a new store joins it`,
  );

const watchHealth = (schedule: HealthSchedule): PlanStep => {
  const does = {
    missing: () => 'make the schedule that looks at the cluster every minute',
    paused: () =>
      `resume the schedule that looks at the cluster${'note' in schedule && schedule.note !== '' ? `; it is paused: ${schedule.note}` : ''}`,
    different: () =>
      `set right the schedule that looks at the cluster${'because' in schedule ? `: ${schedule.because}` : ''}`,
    running: () => 'leave the schedule as it is',
  }[schedule.state]();
  return harmless('watch-health', ['schedule check-health'], does);
};

export const collectCrashes = (nodes: string[]): PlanStep =>
  harmless(
    'start-crash-collectors',
    nodes.length === 0 ? ['rook-ceph-crashcollector'] : nodes,
    nodes.length === 0 ? 'remove the crash collectors' : `collect the crash reports of daemons on ${nodes.join(', ')}`,
  );

/** Formats blank disks, makes half-made OSDs again and starts what is there. */
export function createOsds(
  node: string,
  osds: PlannedOsd[],
  { madeOsds, halfMadeOsds }: Pick<ExistingParts, 'madeOsds' | 'halfMadeOsds'>,
): PlanStep {
  const named = (some: PlannedOsd[]) =>
    some.map((osd) => `${osd.path} (${osd.diskId}, ${gib(osd.sizeBytes)})`).join(', ');
  const isMade = ({ osdUuid }: PlannedOsd) => madeOsds.includes(osdUuid);
  const isHalfMade = ({ osdUuid }: PlannedOsd) => halfMadeOsds.includes(osdUuid);
  const made = osds.filter(isMade);
  const halfMade = osds.filter(isHalfMade);
  const blank = osds.filter((osd) => !isMade(osd) && !isHalfMade(osd));
  const acts = [
    ...(blank.length > 0 ? [`format ${named(blank)}`] : []),
    ...(halfMade.length > 0 ? [`wipe and make again the unfinished OSD on ${named(halfMade)}`] : []),
    ...(made.length > 0 ? [`keep what is on ${named(made)}`] : []),
  ];
  return {
    id: `create-osds/${node}`,
    targets: osds.map((osd) => `${node}:${osd.diskId}:${osd.osdUuid}`),
    does: `${acts.join('; ')}; start ${osds.length} OSDs on ${node}`,
    risk: blank.length + halfMade.length > 0 ? 'destroys-data' : 'none',
    alwaysAsk: halfMade.length > 0,
  };
}
