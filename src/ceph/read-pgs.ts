import { z } from 'zod';
import type { PgState } from '../contract/pg-state.ts';
import { askCeph } from './ceph.ts';
import type { CephSession } from './session.ts';

/** The part of `ceph status` about placement groups. Ceph leaves counts out that are zero. */
export const pgStatusSchema = z.object({
  osdmap: z.object({ num_remapped_pgs: z.number().default(0) }),
  pgmap: z.object({
    num_pgs: z.number(),
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
    num_objects: z.number().default(0),
    degraded_objects: z.number().default(0),
    misplaced_objects: z.number().default(0),
    unfound_objects: z.number().default(0),
    recovering_bytes_per_sec: z.number().default(0),
    recovering_objects_per_sec: z.number().default(0),
  }),
});

/** How far the placement groups are, as one `ceph status` says. Old by up to five seconds after a change (facts of the mgr). */
export async function readPgs(session: CephSession): Promise<PgState> {
  return pgStateOf(await askCeph(session, ['status'], pgStatusSchema));
}

/** The answer of `status` in our words. Pure. */
export const pgStateOf = ({ osdmap, pgmap }: z.infer<typeof pgStatusSchema>): PgState => ({
  pgs: pgmap.num_pgs,
  byState: Object.fromEntries(pgmap.pgs_by_state.map(({ state_name: state, count }) => [state, count])),
  remapped: osdmap.num_remapped_pgs,
  objects: pgmap.num_objects,
  degraded: pgmap.degraded_objects,
  misplaced: pgmap.misplaced_objects,
  unfound: pgmap.unfound_objects,
  objectsPerSecond: pgmap.recovering_objects_per_sec,
  bytesPerSecond: pgmap.recovering_bytes_per_sec,
});
