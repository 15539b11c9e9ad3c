import { z } from 'zod';
import type { PgCopies } from '../contract/pg-state.ts';
import { askTogether } from './ask-together.ts';
import { osdDumpSchema } from './read-osds.ts';
import type { CephSession } from './session.ts';

const poolSchema = osdDumpSchema.shape.pools.element.extend({ min_size: z.number() });

const briefSchema = z.object({ pgid: z.string(), state: z.string(), acting: z.array(z.number()) });
/** Shards without a missing object: `1`, or `1(0)` in an erasure-coded pool. Filled only while a PG is not clean. */
const degradedSchema = z.object({ pgid: z.string(), avail_no_missing: z.array(z.string()) });

const QUESTIONS = [
  { words: 'pg dump pgs_brief', schema: z.object({ pg_stats: z.array(briefSchema) }) },
  { words: 'pg ls degraded', schema: z.object({ pg_stats: z.array(degradedSchema) }) },
  { words: 'osd dump', schema: z.object({ pools: z.array(poolSchema) }) },
] as const;

/** The mgr answers, so this ends with COMMAND_TIMED_OUT where none is active. */
const ANSWER_WITHIN_SECONDS = 30;

export type PgAnswers = readonly [
  brief: z.infer<(typeof QUESTIONS)[0]['schema']>,
  degraded: z.infer<(typeof QUESTIONS)[1]['schema']>,
  map: z.infer<(typeof QUESTIONS)[2]['schema']>,
];

/** All placement groups with the OSDs that have whole copies of them, with one `ceph` process. Old by up to five seconds after a change. */
export async function readPgCopies(session: CephSession): Promise<PgCopies[]> {
  return pgCopiesOf(await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS));
}

/**
 * Counts as Ceph's own `ok-to-stop` does: all of the acting set, and only those without a missing object where the PG is degraded. A degraded
 * PG that is not among the degraded ones (its state changed between the answers) has none: unknown is not whole. Pure.
 */
export function pgCopiesOf([brief, degraded, map]: PgAnswers): PgCopies[] {
  const whole = new Map(
    degraded.pg_stats.map((pg) => [pg.pgid, pg.avail_no_missing.map((shard) => Number.parseInt(shard, 10))]),
  );
  const minSizes = new Map(map.pools.map(({ pool, min_size: minSize }) => [String(pool), minSize]));
  return brief.pg_stats.map(({ pgid: id, state, acting }) => {
    const isDegraded = state.split('+').includes('degraded');
    const complete = isDegraded ? acting.filter((osd) => whole.get(id)?.includes(osd)) : acting;
    const minSize = minSizes.get(id.split('.')[0] ?? '') ?? Number.POSITIVE_INFINITY;
    return { id, state, acting, complete, minSize };
  });
}
