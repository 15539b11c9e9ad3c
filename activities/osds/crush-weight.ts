import { z } from 'zod';
import { askCeph } from '../../src/ceph/ceph.ts';
import { readOsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';

/** The part of `ceph osd tree` about weights. */
export const weightsSchema = z.object({
  nodes: z.array(z.object({ id: z.number(), crush_weight: z.number().default(0) })),
});

/** CRUSH weight of an OSD, in TiB; `undefined` where the CRUSH map has no such OSD. */
export async function readWeight(session: CephSession, id: number): Promise<number | undefined> {
  const { nodes } = await askCeph(session, ['osd', 'tree'], weightsSchema);
  return nodes.find((node) => node.id === id)?.crush_weight;
}

/** Uuids of the OSDs that stand in the CRUSH map without weight. */
export async function readWeightless(session: CephSession): Promise<string[]> {
  const { osds } = await readOsdDump(session);
  const { nodes } = await askCeph(session, ['osd', 'tree'], weightsSchema);
  return osds
    .filter(({ osd }) => nodes.some(({ id, crush_weight: weight }) => id === osd && weight === 0))
    .map(({ uuid }) => uuid);
}
