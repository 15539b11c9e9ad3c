import { z } from 'zod';
import type { OsdState } from '../contract/ceph-activities.ts';
import { askTogether } from './ask-together.ts';
import { askCeph } from './ceph.ts';
import type { CephSession } from './session.ts';

export const osdDumpSchema = z.object({
  full_ratio: z.number(),
  backfillfull_ratio: z.number(),
  nearfull_ratio: z.number(),
  osds: z.array(
    z.object({
      osd: z.number(),
      uuid: z.string(),
      up: z.number(),
      in: z.number(),
      /** Map in which it came up last; 0 where it never did. */
      up_from: z.number().optional(),
      state: z.array(z.string()).optional(),
    }),
  ),
  pools: z.array(
    z.object({
      pool: z.number(),
      pool_name: z.string(),
      size: z.number(),
      application_metadata: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
export type OsdDump = z.infer<typeof osdDumpSchema>;

export const readOsdDump = (session: CephSession): Promise<OsdDump> => askCeph(session, ['osd', 'dump'], osdDumpSchema);

export const osdTreeSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      device_class: z.string().optional(),
      children: z.array(z.number()).default([]),
    }),
  ),
});
export type OsdTree = z.infer<typeof osdTreeSchema>;

const QUESTIONS = [
  { words: 'osd dump', schema: osdDumpSchema },
  { words: 'osd tree', schema: osdTreeSchema },
] as const;
const ANSWER_WITHIN_SECONDS = 30;

/** Map and tree together, with one `ceph` process: who is up and in, and where in CRUSH. */
export async function readOsds(session: CephSession): Promise<{ dump: OsdDump; osds: OsdState[] }> {
  const [dump, tree] = await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS);
  return { dump, osds: placeOsds(dump, tree) };
}

/** An id that was destroyed and taken again keeps when its former OSD came up; "new" says that the present one was never in. */
export const hasServed = ({ up_from: upFrom = 0, state }: OsdDump['osds'][number]): boolean =>
  upFrom > 0 && state?.includes('new') !== true;

/** Joins the OSDs of the map with their buckets. Pure. */
export function placeOsds(dump: OsdDump, tree: OsdTree): OsdState[] {
  const parents = new Map(tree.nodes.flatMap((node) => node.children.map((child) => [child, node] as const)));
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  return dump.osds.map((entry) => {
    const { osd, uuid, up, in: inside, state } = entry;
    const above: { type: string; name: string }[] = [];
    for (let at = parents.get(osd); at !== undefined && above.length < 20; at = parents.get(at.id)) above.unshift(at);
    return {
      id: osd,
      uuid,
      up: up === 1,
      in: inside === 1,
      host: above.find(({ type }) => type === 'host')?.name ?? null,
      location: above.map(({ type, name }) => `${type}=${name}`),
      deviceClass: nodes.get(osd)?.device_class ?? null,
      ...(state?.includes('destroyed') === true ? { destroyed: true } : {}),
      ...(hasServed(entry) ? {} : { neverServed: true }),
    };
  });
}
