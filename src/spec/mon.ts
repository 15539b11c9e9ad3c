import { z } from 'zod';
import { freeMap, off, section, text } from './field-kinds.ts';

const isOdd = (count: number): boolean => count % 2 === 1;

const monCount = z
  .int()
  .refine((value) => value >= 1 && value <= 9, { error: 'must be from 1 to 9', abort: true })
  .refine(isOdd, {
    error: ({ input }) =>
      `must be odd, is ${Number(input)}: an even number of mons bears no more losses than ${Number(input) - 1} and loses quorum more easily`,
  })
  .default(3)
  .describe('Number of mons, odd, 1 to 9.');

const zone = z.strictObject({
  name: z.string().min(1).describe('Name of the zone: value of the failure domain label.'),
  arbiter: z.boolean().optional().describe('Whether this zone only breaks ties.'),
  volumeClaimTemplate: freeMap('Volume for the mon of this zone.'),
});

export const mon = section(
  {
    count: monCount,
    allowMultiplePerNode: off('Allow several mons on one node. For tests only.'),
    failureDomainLabel: text('Node label over which mons are spread.'),
    zones: z.array(zone).optional().describe('Zones in which mons run.'),
    stretchCluster: z
      .strictObject({
        failureDomainLabel: text('Node label of the zones.'),
        subFailureDomain: text('Failure domain inside a zone.'),
        zones: z.array(zone).optional().describe('Three zones, one of them the arbiter.'),
      })
      .optional()
      .describe('Two data zones and an arbiter.'),
    volumeClaimTemplate: freeMap('Keep the stores of the mons on volumes instead of the host.'),
    externalMonIDs: z.array(z.string()).optional().describe('Mons that somebody else runs.'),
    floatingMon: z
      .strictObject({
        name: text('Name of the mon.'),
        configmapName: text('ConfigMap that describes its storage.'),
      })
      .optional()
      .describe('One mon that moves between two nodes.'),
  },
  'Settings of the mons.',
);
