import type { ClusterLayout } from '../contract/cluster-layout.ts';
import type { Finding, Verdict } from '../contract/finding.ts';
import type { PgCopies } from '../contract/pg-state.ts';
import type { Plan, PlanStep } from '../contract/plan.ts';
import { isOnItsWay } from './pg-progress.ts';
import { hashPlan } from './plan-hash.ts';
import { mayTakeAway } from './redundancy.ts';

/** Named by its uuid as well, because the id may have been given to another OSD since. */
interface NamedOsd {
  id: number;
  uuid: string;
}

/** What a forced destroy is judged by. The layout is read after the PGs: an OSD that went down in between counts for nothing. */
export interface ForcedDestroySeen {
  cluster: string;
  osd: NamedOsd;
  pgs: PgCopies[];
  layout: ClusterLayout;
}

/**
 * The findings of `mayTakeAway` in the forced form: for an OSD that is down and that can never become safe to destroy, because a pool would
 * lack failure domains. `undefined` where that is not so, or where something else is wrong with the PGs. Pure.
 */
export function forcedFindings(layout: ClusterLayout, id: number): Finding[] | undefined {
  const { lost, unknown, wrong } = hindrances(layout, id);
  if (!isDown(layout, id) || lost.length === 0 || wrong.length > 0) return undefined;
  return [forced(layout, id, lost), ...unknown];
}

function hindrances(layout: ClusterLayout, id: number): Record<'lost' | 'unknown' | 'wrong', Finding[]> {
  const { findings } = mayTakeAway(layout, [id]);
  const lost = findings.filter(({ code }) => code === 'REDUNDANCY_LOST');
  // Can be waived, and each PG is judged by itself.
  const unknown = findings.filter(({ code }) => code === 'REDUNDANCY_UNKNOWN');
  // Room does not matter: without a place nothing moves, and the OSD is not taken out.
  const wrong = findings.filter(
    (one) => !lost.includes(one) && !unknown.includes(one) && one.code !== 'CAPACITY_SHORT',
  );
  return { lost, unknown, wrong };
}

const isDown = ({ osds }: ClusterLayout, id: number): boolean => osds.some((osd) => osd.id === id && !osd.up);

function forced({ osds, pgs }: ClusterLayout, id: number, lost: Finding[]): Finding {
  const fewer = sum(Object.entries(pgs.byState).map(([state, count]) => (has(state, 'undersized') ? count : 0)));
  const absent = osds.filter((osd) => osd.id !== id && !(osd.up && osd.in)).map((osd) => `osd.${osd.id}`);
  return {
    code: 'FORCED_DESTROY',
    severity: 'warning',
    because: `osd.${id} is down. ${lost.map(({ because }) => because).join(' ')} So Ceph's own check (safe-to-destroy) can never pass, and osd.${id} is to be destroyed without it; ${fewer} PGs run with fewer copies until the new disk is filled.`,
    remedy: [
      `If osd.${id} can be brought back (its host is off, a cable is loose), do that instead: its disk still holds copies.`,
      ...(absent.length === 0 ? [] : [`Bring ${absent.join(', ')} back first, which do not serve either.`]),
      'It is asked about a second time, with what Ceph says by then.',
    ].join(' '),
    target: `osd.${id}`,
    evidence: { pgs: pgs.pgs, fewerCopies: fewer, pools: lost.map(({ target }) => target ?? '') },
  };
}

/** States in which a copy is only missing, waiting or moving. Any other one, also one that is not known here, forbids the force. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['active', 'clean', 'undersized', 'degraded', 'remapped', 'scrubbing', 'deep', 'snaptrim', 'snaptrim_wait'],
  ...['recovering', 'recovery_wait', 'recovery_toofull', 'backfilling', 'backfill_wait', 'backfill_toofull'],
  ...['forced_recovery', 'forced_backfill', 'wait', 'laggy'],
]);

/** That many facts are told; the rest is counted. */
const MOST_TOLD = 3;

/**
 * May this OSD be destroyed without Ceph's own check? Only where it is down and can never become safe, every PG is active and has told so
 * since, nothing is unfound or inconsistent, and every PG has as many whole copies on other OSDs that are up as it needs to take writes:
 * otherwise the last copy could be the one on the dead disk, and would be given up. One finding per fact that forbids it. Pure.
 */
export function mayForceDestroy({ osd, pgs, layout }: ForcedDestroySeen): Verdict {
  const { id, uuid } = osd;
  const named = layout.osds.find((one) => one.id === id && one.uuid === uuid);
  const up = others(layout, id);
  const facts = [
    ...(named === undefined ? [`osd.${id} is not the OSD ${uuid} that was approved`] : []),
    ...(named?.up === true ? [`osd.${id} is up: it is alive`] : []),
    ...whyNotForced(layout, id),
    ...(pgs.length === layout.pgs.pgs && pgs.length > 0
      ? []
      : [`Ceph told of ${pgs.length} PGs, and has ${layout.pgs.pgs}`]),
    ...pgs.flatMap((pg) => whyNotPg(pg, id, up)),
  ];
  const findings = facts.map((because) => refused(id, because));
  return { outcome: findings.length > 0 ? 'hold' : 'pass', findings };
}

/**
 * True where what Ceph told is not its last word: PGs are on their way, as those of a new pool or of one whose number of PGs changes are; the
 * two answers are of different moments; or a PG has not told yet that the OSD is down, which takes seconds. Pure.
 */
export function isStillTelling({ osd, pgs, layout }: ForcedDestroySeen): boolean {
  const { byState } = layout.pgs;
  const states = [...Object.keys(byState), ...pgs.map(({ state }) => state)];
  const isLate = isDown(layout, osd.id) && pgs.some(({ acting }) => acting.includes(osd.id));
  return pgs.length !== layout.pgs.pgs || isLate || states.some(isOnItsWay);
}

const others = ({ osds }: ClusterLayout, id: number): Set<number> =>
  new Set(osds.filter((one) => one.up && one.id !== id).map((one) => one.id));

function whyNotForced(layout: ClusterLayout, id: number): string[] {
  const { lost, wrong } = hindrances(layout, id);
  const canPass =
    lost.length > 0 ? [] : [`without osd.${id} every pool finds places for its copies, so Ceph's own check can pass`];
  return [...canPass, ...wrong.map(({ because }) => because.replace(/\.$/, ''))];
}

function whyNotPg({ id: pg, state, acting, complete, minSize }: PgCopies, id: number, up: Set<number>): string[] {
  const whole = complete.filter((one) => up.has(one)).length;
  const bad = state.split('+').filter((word) => !HARMLESS.has(word));
  if (!has(state, 'active') || bad.length > 0) return [`PG ${pg} is ${state}`];
  if (acting.includes(id)) return [`PG ${pg} has not told of its state since osd.${id} is down`];
  if (whole < minSize)
    return [`PG ${pg} has ${whole} whole copies on other OSDs that are up, and needs ${minSize} (${state})`];
  return [];
}

const refused = (id: number, because: string): Finding => ({
  code: 'FORCED_DESTROY_REFUSED',
  severity: 'blocking',
  because: `${because}.`,
  target: `osd.${id}`,
});

/** What forbids it, in one sentence. Pure. */
export function describeRefusal({ findings }: Verdict): string {
  const told = findings.slice(0, MOST_TOLD).map(({ because }) => because.replace(/\.$/, ''));
  return told.join('; ') + (findings.length > MOST_TOLD ? `; and ${findings.length - MOST_TOLD} more` : '');
}

export const forceDestroyStep = ({ id, uuid }: NamedOsd): PlanStep => ({
  id: 'force-destroy-osd',
  targets: [`osd.${id}:${uuid}`],
  does: `stop what is left of the pod of osd.${id} and destroy it without Ceph's own check, which can never pass; its id and place stay for the new disk. Asked about by itself`,
  risk: 'destroys-data',
  alwaysAsk: true,
});

/** The plan that the forced act is approved by: this step alone, with the facts that Ceph gives now. For what `mayForceDestroy` let pass. Pure. */
export function planForcedDestroy({ cluster, osd, pgs, layout }: ForcedDestroySeen): Plan {
  const { id } = osd;
  const up = others(layout, id);
  const fewest = Math.min(...pgs.map(({ complete }) => complete.filter((one) => up.has(one)).length));
  const summary = `Destroys osd.${id} by force: it is down, all ${pgs.length} PGs are active, nothing is unfound, and every PG has at least ${fewest} whole copies on other OSDs.`;
  const losses = [`the copies on the disk of osd.${id}: it cannot serve again, whatever becomes of the disk`];
  return partPlan(cluster, {
    summary,
    losses,
    steps: [forceDestroyStep(osd)],
    findings: forcedFindings(layout, id) ?? [],
  });
}

/** Of an OSD that is destroyed already: nothing is left to ask about. Pure. */
export const nothingToForce = (cluster: string, id: number): Plan =>
  partPlan(cluster, { summary: `osd.${id} is destroyed already.`, steps: [], findings: [] });

function partPlan(cluster: string, part: Pick<Plan, 'summary' | 'losses' | 'steps' | 'findings'>): Plan {
  const operation = 'replace-disk';
  const { steps, findings } = part;
  return { operation, cluster, hash: hashPlan({ operation, cluster, steps, findings }), ...part };
}

const has = (state: string, word: string): boolean => state.split('+').includes(word);
const sum = (numbers: number[]): number => numbers.reduce((total, next) => total + next, 0);
