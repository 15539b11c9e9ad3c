import { z } from 'zod';
import type { SetFlag } from '../contract/check-health-activities.ts';

/** Flags that a person or a program sets to keep Ceph from something; the others in the map describe the cluster. */
const HOLDING = [
  'pauserd',
  'pausewr',
  'pauserec',
  'noup',
  'nodown',
  'noout',
  'noin',
  'nobackfill',
  'norebalance',
  'norecover',
  'noscrub',
  'nodeep-scrub',
  'nosnaptrim',
  'notieragent',
];

const names = z.array(z.string());

export const flagsSchema = z.object({
  flags: z.string(),
  crush_node_flags: z.record(z.string(), names).default({}),
  device_class_flags: z.record(z.string(), names).default({}),
  osds: z.array(z.object({ osd: z.number(), state: names.default([]) })),
});

/** Flags of the cluster, and of single CRUSH buckets, device classes and OSDs (`ceph osd set-group`), in this order. Pure. */
export function flagsOf(dump: z.infer<typeof flagsSchema>): SetFlag[] {
  const on = (target: string | null, flags: string[]): SetFlag[] =>
    flags.filter((flag) => HOLDING.includes(flag)).map((flag) => ({ flag, on: target }));
  const groups = Object.entries({ ...dump.crush_node_flags, ...dump.device_class_flags });
  return [
    ...on(null, dump.flags.split(',')),
    ...groups.flatMap(([name, flags]) => on(name, flags)),
    ...dump.osds.flatMap(({ osd, state }) => on(`osd.${osd}`, state)),
  ];
}
