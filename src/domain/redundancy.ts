import type { ClusterLayout, LaidOsd, LaidPool } from '../contract/cluster-layout.ts';
import type { Finding, Verdict } from '../contract/finding.ts';
import { gib } from './gib.ts';

/** Share of what is left that may be used after the move: below Ceph's nearfull, because OSDs never fill evenly. Source: facts/ceph.md 4.2. */
const MOST_USED_AFTERWARDS = 0.8;

/**
 * May these OSDs be taken away, all of them, with every pool keeping its copies apart and room for the data? One finding per pool or fact that
 * forbids it, with numbers. Judges the set, whatever the order and timing. Pure.
 */
export function mayTakeAway(layout: ClusterLayout, ids: readonly number[]): Verdict {
  const findings = [
    ...layout.pools.flatMap((pool) => poolFindings(layout, pool, ids)),
    ...capacityFindings(layout, ids),
    ...pgFindings(layout, ids),
  ];
  return { outcome: findings.some(({ severity }) => severity === 'blocking') ? 'hold' : 'pass', findings };
}

/** OSDs that the rule of a pool may use, whether they serve just now or not. */
const candidatesOf = ({ osds }: ClusterLayout, { root, deviceClass }: NonNullable<LaidPool['rule']>): LaidOsd[] =>
  osds.filter(
    (osd) => osd.location.includes(`root=${root}`) && (deviceClass === null || osd.deviceClass === deviceClass),
  );

const takesData = ({ up, in: inside, crushWeight }: LaidOsd): boolean => up && inside && crushWeight > 0;

function poolFindings(layout: ClusterLayout, { name, size, rule }: LaidPool, ids: readonly number[]): Finding[] {
  if (rule === null)
    return [
      {
        code: 'REDUNDANCY_UNKNOWN',
        severity: 'blocking',
        because: `The CRUSH rule of the pool ${name} takes several steps, so it is not known where its ${size} copies may lie without ${named(ids)}.`,
        remedy: 'Make sure by hand that its copies find a place, and start again with REDUNDANCY_UNKNOWN in "waive".',
        target: name,
      },
    ];
  const candidates = candidatesOf(layout, rule);
  if (!candidates.some(({ id }) => ids.includes(id))) return [];
  const left = domainsOf(
    candidates.filter((osd) => takesData(osd) && !ids.includes(osd.id)),
    rule.failureDomain,
  );
  if (left.length >= size) return [];
  return [
    {
      code: 'REDUNDANCY_LOST',
      severity: 'blocking',
      because: `The pool ${name} keeps ${size} copies on different ${rule.failureDomain}s, and without ${named(ids)} only ${left.length} would take data (${left.join(', ') || 'none'}): ${size - left.length} copies would have no place.`,
      remedy: `Add ${rule.failureDomain}s with OSDs first; then send retry.`,
      target: name,
    },
  ];
}

function domainsOf(osds: LaidOsd[], failureDomain: string): string[] {
  if (failureDomain === 'osd') return osds.map(({ id }) => `osd.${id}`);
  const pairs = osds.flatMap(({ location }) => location.filter((pair) => pair.startsWith(`${failureDomain}=`)));
  return [...new Set(pairs.map((pair) => pair.slice(failureDomain.length + 1)))].toSorted();
}

/** Data moves within a root and a class, so each group has to have room of its own. */
function capacityFindings({ osds }: ClusterLayout, ids: readonly number[]): Finding[] {
  const groupOf = ({ location, deviceClass }: LaidOsd): string =>
    `${location.find((pair) => pair.startsWith('root='))?.slice('root='.length) ?? 'no root'}, class ${deviceClass ?? 'none'}`;
  const going = osds.filter(({ id }) => ids.includes(id));
  return [...new Set(going.map(groupOf))].flatMap((group) => {
    const all = osds.filter((osd) => groupOf(osd) === group);
    const left = sum(all.filter((osd) => takesData(osd) && !ids.includes(osd.id)).map(({ totalBytes }) => totalBytes));
    const used = sum(all.map(({ usedBytes }) => usedBytes));
    if (used <= left * MOST_USED_AFTERWARDS) return [];
    return [
      {
        code: 'CAPACITY_SHORT',
        severity: 'blocking' as const,
        because: `Without ${named(ids)} the OSDs of ${group} would have ${gib(left)} for the ${gib(used)} that are used, which is more than ${MOST_USED_AFTERWARDS * 100} %.`,
        remedy: 'Add disks first, or remove data; then send retry.',
        target: group,
      },
    ];
  });
}

/** While something else is wrong with the PGs, taking more away could take the last copy. */
function pgFindings({ pgs, osds }: ClusterLayout, ids: readonly number[]): Finding[] {
  const inactive = Object.entries(pgs.byState).filter(([state]) => !state.split('+').includes('active'));
  const down = osds.filter((osd) => ids.includes(osd.id) && !osd.up).map(({ id }) => id);
  return [
    ...(inactive.length === 0
      ? []
      : [
          pgFinding({
            code: 'PGS_NOT_ACTIVE',
            because: `${inactive.map(([state, count]) => `${count} PGs are ${state}`).join(', ')}`,
          }),
        ]),
    ...(pgs.unfound === 0
      ? []
      : [pgFinding({ code: 'OBJECTS_UNFOUND', because: `${pgs.unfound} objects are unfound` })]),
    // What a dead OSD left degraded is restored by taking it out; everything else is not for this operation to make worse.
    ...(pgs.degraded === 0 || down.length > 0
      ? []
      : [
          pgFinding({
            code: 'PGS_DEGRADED',
            because: `${pgs.degraded} copies of objects are missing, not because of ${named(ids)}`,
          }),
        ]),
  ];
}

const RESTORING = /\b(recovering|recovery_wait|backfilling|backfill_wait)\b/;

/** True where an OSD may not go only because copies are missing, and Ceph is at work on them. Pure. */
export function isBeingRestored(layout: ClusterLayout, id: number): boolean {
  const holds = mayTakeAway(layout, [id]).findings.filter(({ severity }) => severity === 'blocking');
  const isOnlyThat = holds.length > 0 && holds.every(({ code }) => code === 'PGS_DEGRADED');
  return isOnlyThat && Object.keys(layout.pgs.byState).some((state) => RESTORING.test(state));
}

const pgFinding = (seen: Pick<Finding, 'code' | 'because'>): Finding => ({
  ...seen,
  severity: 'blocking',
  because: `${seen.because}.`,
  remedy: 'Wait until that is restored, then send retry.',
  target: 'pgs',
});

const named = (ids: readonly number[]): string => ids.map((id) => `osd.${id}`).join(', ');
const sum = (numbers: number[]): number => numbers.reduce((total, next) => total + next, 0);
