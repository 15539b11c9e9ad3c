import { z } from 'zod';
import { freeMap, off, text } from './field-kinds.ts';

/** OSDs on volumes. Refused so far, so its parts that belong to Kubernetes are let pass unread. */
export const deviceSet = z.strictObject({
  name: z.string().min(1).describe('Name of the set.'),
  count: z.int().min(1).describe('Number of OSDs.'),
  portable: off('Whether the volumes can move between nodes.'),
  encrypted: off('Whether the volumes are encrypted.'),
  tuneDeviceClass: off('Tune for slow devices.'),
  tuneFastDeviceClass: off('Tune for fast devices.'),
  schedulerName: text('Scheduler of the pods.'),
  placement: freeMap('Where the OSDs may run.'),
  preparePlacement: freeMap('Where the preparation may run.'),
  resources: freeMap('Resources of the OSDs.'),
  config: freeMap('Settings of the OSDs.'),
  volumeClaimTemplates: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('Claims for data, and where wanted metadata and wal.'),
});
