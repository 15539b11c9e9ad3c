import { placesOf } from './placement.ts';

export const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
const AUTO_OUT_SECONDS = 600;

export interface ModelledPool {
  name: string;
  size: number;
  minSize: number;
  domain: 'host' | 'osd';
  pgs: number;
}

export interface ModelledOsd {
  id: number;
  uuid: string;
  host: string;
  /** Identity of its disk; `null` where the disk is out of the host. */
  disk: string | null;
  sizeTib: number;
  /** CRUSH weight. */
  weight: number;
  inside: boolean;
  /** In the map. */
  up: boolean;
  /** Its process lives, and its host. */
  runs: boolean;
  destroyed: boolean;
  /** Made and never in. */
  isNew: boolean;
  /** Ceph itself took it out, and takes it in again when it boots. */
  autoOut: boolean;
  downSince: number;
  /** What lies on its disk: the newest write that each PG has there. */
  copies: Map<string, number>;
}

interface ModelledPg {
  id: string;
  pool: ModelledPool;
  /** Newest write that a client was told to be safe. */
  written: number;
}

/** One PG as its OSDs tell of it. */
export interface PgView {
  id: string;
  up: ModelledOsd[];
  acting: ModelledOsd[];
  state: string;
  /** Members of `up` without a complete copy. */
  lacking: ModelledOsd[];
  missing: number;
}

/**
 * A Ceph cluster in memory: OSDs with up, in and weight, pools whose PGs lie on them, data that moves with time, and clients that write to
 * every active PG each second. Time passes only by `pass`. Copies are real: a disk that dies takes its copies along.
 */
export class ModelledCluster {
  milliseconds = 0;
  readonly flags = new Set<string>();
  readonly settings = new Map<string, string>();
  readonly notes = new Map<string, string>();
  readonly buckets = new Set<string>();
  /** CRUSH weights that a person gave by hand, by uuid. */
  readonly byHand = new Map<string, number>();
  osds: ModelledOsd[];
  readonly pgs: ModelledPg[];
  /** What must never be; the first one tells most. */
  readonly violations: string[] = [];
  /** What happens at which second, by itself. */
  events: { second: number; act: () => void }[] = [];
  /** The mgr's look at the PGs, some seconds old. */
  stats: { views: PgView[] } = { views: [] };
  /** Places of each PG as long as no weight changes. */
  private placed: { map: string; places: Map<string, ModelledOsd[]> } = { map: '', places: new Map() };
  private readonly pools: readonly ModelledPool[];
  private readonly lagSeconds: number;
  private readonly copiesPerSecond: number;

  constructor(
    osds: ModelledOsd[],
    pools: readonly ModelledPool[],
    pace: { lagSeconds: number; copiesPerSecond: number },
  ) {
    this.osds = osds;
    this.pools = pools;
    this.lagSeconds = pace.lagSeconds;
    this.copiesPerSecond = pace.copiesPerSecond;
    for (const { host } of osds) this.buckets.add(host);
    this.pgs = pools.flatMap((pool, number) =>
      Array.from({ length: pool.pgs }, (_, index) => ({ id: `${number + 1}.${index}`, pool, written: 1 })),
    );
    for (const pg of this.pgs) for (const osd of this.placesOf(pg)) osd.copies.set(pg.id, 1);
    this.look();
  }

  get poolList(): readonly ModelledPool[] {
    return this.pools;
  }

  osd(id: number): ModelledOsd | undefined {
    return this.osds.find((osd) => osd.id === id);
  }

  /** Lets time pass: events, detection of the dead, writes, recovery. */
  pass(milliseconds: number): void {
    const until = this.milliseconds + milliseconds;
    while (this.milliseconds < until) {
      if (this.isQuiet(until)) {
        this.milliseconds = until;
        return this.look();
      }
      const before = Math.floor(this.milliseconds / 1000);
      this.milliseconds = Math.min(until, (before + 1) * 1000);
      if (Math.floor(this.milliseconds / 1000) > before) this.tick(before + 1);
    }
  }

  /** What is true of the PGs now, as their own OSDs know it. */
  views(): PgView[] {
    return this.pgs.map((pg) => this.viewOf(pg));
  }

  /** Looks that no byte that was confirmed is lost or cannot be read. */
  inspect(after: string): void {
    for (const { id, written } of this.pgs) {
      const holders = this.osds.filter((osd) => osd.copies.get(id) === written);
      if (holders.length === 0) this.violations.push(`${after}: the last copy of PG ${id} is lost`);
      else if (!holders.some(({ up }) => up)) this.violations.push(`${after}: PG ${id} cannot be read`);
    }
  }

  /** Where a PG finds fewer places than copies data never comes to rest, and Ceph shows it. */
  lacksPlaces(): boolean {
    return this.views().some(({ up }, index) => up.length < (this.pgs[index]?.pool.size ?? 0));
  }

  /** The disk dies or is pulled: what lay on it is gone. */
  loseDisk(osd: ModelledOsd): void {
    osd.runs = false;
    osd.disk = null;
    osd.copies.clear();
  }

  private tick(second: number): void {
    for (const event of this.events.filter((one) => one.second === second)) event.act();
    for (const osd of this.osds) this.notice(osd, second);
    const views = this.views();
    this.write(views);
    this.recover(views);
    this.inspect(`second ${second}`);
    if (second % this.lagSeconds === 0) this.look();
  }

  /** Nothing will happen until then but writes, which change nothing that is asked. */
  private isQuiet(until: number): boolean {
    const isSettled = ({ state }: PgView): boolean => state === 'active+clean';
    return (
      this.osds.every(
        ({ up, runs, inside, autoOut, destroyed }) => up === (runs && !destroyed) && (up ? !autoOut : !inside),
      ) &&
      !this.events.some(({ second }) => second * 1000 > this.milliseconds && second * 1000 <= until) &&
      this.stats.views.every(isSettled) &&
      this.views().every(isSettled)
    );
  }

  private look(): void {
    this.stats = { views: this.views() };
  }

  private notice(osd: ModelledOsd, second: number): void {
    const serves = osd.runs && !osd.destroyed;
    if (osd.up && !serves) osd.downSince = second;
    if (!osd.up && serves && osd.autoOut) [osd.inside, osd.autoOut] = [true, false];
    osd.up = serves;
    if (osd.up || !osd.inside || second - osd.downSince < AUTO_OUT_SECONDS) return;
    [osd.inside, osd.autoOut] = [false, true];
  }

  private placesOf({ id, pool }: ModelledPg): ModelledOsd[] {
    const map = this.osds.map(({ id: osd, weight, inside }) => `${osd}:${inside ? weight : -weight}`).join();
    if (this.placed.map !== map) this.placed = { map, places: new Map() };
    const { places } = this.placed;
    const known = places.get(id) ?? placesOf(this.osds, { pg: id, size: pool.size, domain: pool.domain });
    places.set(id, known);
    return known;
  }

  private viewOf(pg: ModelledPg): PgView {
    const { id, written, pool } = pg;
    const isComplete = (osd: ModelledOsd): boolean => osd.copies.get(id) === written;
    const up = this.placesOf(pg).filter((osd) => osd.up);
    const strays = this.osds.filter((osd) => osd.up && isComplete(osd) && !up.includes(osd));
    const acting = [...up.filter(isComplete), ...strays].slice(0, pool.size);
    const lacking = up.filter((osd) => !isComplete(osd));
    const missing = pool.size - acting.length;
    const active = acting.length >= pool.minSize ? 'active' : acting.length > 0 ? 'peered' : 'down';
    const settled = missing === 0 && lacking.length === 0;
    const remapped = acting.some((osd) => !up.includes(osd)) ? '+remapped' : '';
    const state = settled
      ? `${active}+clean${remapped}`
      : `${active}${missing > 0 ? '+undersized+degraded' : ''}${remapped}${lacking.length > 0 ? '+backfilling' : ''}`;
    return { id, up, acting, state, lacking, missing };
  }

  private write(views: PgView[]): void {
    for (const [index, { state, acting }] of views.entries()) {
      const pg = this.pgs[index];
      if (pg === undefined || !state.startsWith('active')) continue;
      pg.written += 1;
      for (const osd of acting) osd.copies.set(pg.id, pg.written);
    }
  }

  private recover(views: PgView[]): void {
    let left = this.copiesPerSecond;
    for (const [index, { id, up, acting, lacking, missing, state }] of views.entries()) {
      const pg = this.pgs[index];
      if (pg === undefined || acting.length === 0) continue;
      const [next] = lacking;
      if (next !== undefined && left > 0 && (missing > 0 || !this.flags.has('norebalance'))) {
        next.copies.set(id, pg.written);
        left -= 1;
      }
      // Copies that nobody needs go only when the PG is where it belongs.
      if (state !== 'active+clean') continue;
      for (const osd of this.osds) if (osd.up && !up.includes(osd)) osd.copies.delete(id);
    }
  }
}
