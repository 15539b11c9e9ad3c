import { z } from 'zod';
import { deviceSet } from './device-sets.ts';
import { count, off, pattern, section, text } from './field-kinds.ts';
import { osdConfig } from './osd-config.ts';
import { resources } from './pod-settings.ts';

const device = z
  .strictObject({
    name: z
      .string()
      .regex(/^[^\s]+$/, { error: 'must be a device name or path without spaces, e.g. sdb or /dev/disk/by-id/...' })
      .optional()
      .describe('Kernel name (sdb) or path (/dev/disk/by-id/...) of the device.'),
    fullpath: z
      .string()
      .regex(/^\/dev\/\S+$/, { error: 'must be a path in /dev, e.g. /dev/disk/by-id/wwn-...' })
      .optional()
      .describe('Path of the device.'),
    config: osdConfig.prefault({}),
  })
  .refine((value) => value.name !== undefined || value.fullpath !== undefined, { error: 'needs a name or a fullpath' });

const selection = {
  useAllDevices: z.boolean().optional().describe('Whether every eligible disk of a node becomes an OSD.'),
  devices: z.array(device).optional().describe('Devices that become OSDs.'),
  deviceFilter: pattern('Regular expression over kernel names (sdb) of devices that become OSDs.'),
  devicePathFilter: pattern('Regular expression over paths (/dev/disk/by-path/...) of devices that become OSDs.'),
  volumeClaimTemplates: z.array(z.record(z.string(), z.unknown())).optional().describe('Volumes that become OSDs.'),
  config: osdConfig.prefault({}),
};

const node = z.strictObject({
  name: z.string().min(1).describe('Name of the node, as its label kubernetes.io/hostname says.'),
  ...selection,
  resources: resources.optional(),
});

const ratio = (initial: number, description: string) =>
  z
    .number()
    .refine((value) => value > 0 && value < 1, { error: 'must lie between 0 and 1, e.g. 0.85' })
    .default(initial)
    .describe(description);

export const storage = section(
  {
    useAllNodes: off('Whether every node may hold OSDs.'),
    nodes: z.array(node).default([]).describe('Nodes that hold OSDs, and what of them; only without useAllNodes.'),
    ...selection,
    storageClassDeviceSets: z.array(deviceSet).default([]).describe('OSDs on volumes of a storage class.'),
    scheduleAlways: off('Place OSDs even on nodes that take no new pods.'),
    onlyApplyOSDPlacement: off('For OSDs, use only the placement of `osd`, without that of `all`.'),
    flappingRestartIntervalHours: count('Hours that a flapping OSD sleeps before it starts again.'),
    nearFullRatio: ratio(0.85, 'Share of an OSD at which Ceph warns that it is nearly full.'),
    backfillFullRatio: ratio(0.9, 'Share of an OSD above which no data is moved to it.'),
    fullRatio: ratio(0.95, 'Share of an OSD at which Ceph stops writing.'),
    allowDeviceClassUpdate: off('Change the device class of existing OSDs.'),
    allowOsdCrushWeightUpdate: off('Change the CRUSH weight of an OSD whose device grew.'),
    osdMaxUpdatesInParallel: z.int().min(1).default(20).describe('Most OSDs that are updated at the same time.'),
    migration: section({ confirmation: text('Word that allows OSDs to be made again.') }, 'Making OSDs again.'),
    store: section(
      {
        type: z.enum(['bluestore', 'bluestore-rdr', '']).default('bluestore').describe('Store of the OSDs.'),
        updateStore: text('Word that allows a change of the store.'),
      },
      'Store of the OSDs.',
    ),
  },
  'Which disks of which nodes become OSDs, and how.',
);
