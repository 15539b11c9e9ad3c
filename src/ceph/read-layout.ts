import { z } from 'zod';
import type { ClusterLayout, LaidPool } from '../contract/cluster-layout.ts';
import { askTogether } from './ask-together.ts';
import { osdDumpSchema, osdTreeSchema, placeOsds } from './read-osds.ts';
import { pgStateOf, pgStatusSchema } from './read-pgs.ts';
import type { CephSession } from './session.ts';

const poolSchema = osdDumpSchema.shape.pools.element.extend({ min_size: z.number(), crush_rule: z.number() });
const mapSchema = osdDumpSchema.extend({ pools: z.array(poolSchema) });

const ruleSchema = z.object({
  rule_id: z.number(),
  steps: z.array(z.looseObject({ op: z.string(), item_name: z.string().optional(), type: z.string().optional() })),
});
export type CrushRule = z.infer<typeof ruleSchema>;

const usageSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      crush_weight: z.number().default(0),
      kb: z.number().default(0),
      kb_used: z.number().default(0),
      pgs: z.number().default(0),
    }),
  ),
});

const QUESTIONS = [
  { words: 'osd dump', schema: mapSchema },
  { words: 'osd tree', schema: osdTreeSchema },
  { words: 'osd df', schema: usageSchema },
  { words: 'osd crush rule dump', schema: z.array(ruleSchema) },
  { words: 'status', schema: pgStatusSchema },
] as const;

/** `osd df` is answered by the mgr, so this ends with COMMAND_TIMED_OUT where none is active. */
const ANSWER_WITHIN_SECONDS = 30;

/** OSDs with place, weight and use, pools with what their rules spread over, and the state of the PGs, with one `ceph` process. */
export async function readLayout(session: CephSession): Promise<ClusterLayout> {
  const [map, tree, usage, rules, status] = await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS);
  const used = new Map(usage.nodes.map((node) => [node.id, node]));
  return {
    osds: placeOsds(map, tree).map((osd) => {
      const { crush_weight: crushWeight = 0, kb = 0, kb_used: kbUsed = 0, pgs = 0 } = used.get(osd.id) ?? {};
      const { id, uuid, up, in: inside, location, deviceClass } = osd;
      const place = { id, uuid, up, in: inside, location, deviceClass };
      return { ...place, crushWeight, totalBytes: kb * KIB, usedBytes: kbUsed * KIB, pgs };
    }),
    pools: map.pools.map(({ pool_name: name, size, min_size: minSize, crush_rule: id }) => ({
      name,
      size,
      minSize,
      rule: ruleOf(rules.find((rule) => rule.rule_id === id)),
    })),
    pgs: pgStateOf(status),
    nearfullRatio: map.nearfull_ratio,
  };
}

const KIB = 1024;

/**
 * What a rule spreads over: one `take`, then one `choose` or `chooseleaf` (`chooseleaf ... type host`). A rule with several says more than
 * that, and is not understood. Pure.
 */
export function ruleOf(rule: CrushRule | undefined): LaidPool['rule'] {
  const takes = rule?.steps.filter(({ op }) => op === 'take') ?? [];
  const chooses = rule?.steps.filter(({ op }) => op.startsWith('choose')) ?? [];
  const [take, choose] = [takes[0]?.item_name, chooses[0]?.type];
  if (takes.length !== 1 || chooses.length !== 1 || take === undefined || choose === undefined) return null;
  const [root = '', deviceClass = null] = take.split('~');
  return { root, deviceClass, failureDomain: choose };
}
