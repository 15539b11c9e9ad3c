import { z } from 'zod';
import { count, duration, off, pattern, section, text } from './field-kinds.ts';
import { probeSetting } from './pod-settings.ts';

export const disruptionManagement = section(
  {
    managePodBudgets: off('Whether budgets against too many evictions are managed.'),
    osdMaintenanceTimeout: count('Minutes for which a drained failure domain is not marked out.'),
    pgHealthyRegex: pattern('States of placement groups that count as healthy.'),
  },
  'What evictions and drains may do.',
);

export const cleanupPolicy = section(
  {
    confirmation: z
      .enum(['', 'yes-really-destroy-data'])
      .optional()
      .describe('Word that allows the data to be destroyed. The operation teardown has its own approval.'),
    sanitizeDisks: section(
      {
        method: z.enum(['quick', 'complete', '']).default('quick').describe('How much of a disk is overwritten.'),
        dataSource: z.enum(['zero', 'random', '']).default('zero').describe('What it is overwritten with.'),
        iteration: z.int().min(0).default(1).describe('How often.'),
      },
      'How disks are wiped.',
    ),
    allowUninstallWithVolumes: off('Go on although volumes are in use.'),
    wipeDevicesFromOtherClusters: off('Wipe disks of other clusters.'),
  },
  'What happens to the data when the cluster goes. Noted only: see the operation teardown.',
);

const check = (interval: string, description: string) =>
  section(
    {
      disabled: off('Leave this check out.'),
      interval: duration(`Time between two checks. Default: ${interval}.`),
      timeout: duration('Time until action is taken.'),
    },
    description,
  );

const probes = (description: string) =>
  section(
    {
      mon: probeSetting.optional().describe('Probe of the mons.'),
      mgr: probeSetting.optional().describe('Probe of the mgrs.'),
      osd: probeSetting.optional().describe('Probe of the OSDs.'),
    },
    description,
  );

export const healthCheck = section(
  {
    daemonHealth: section(
      {
        mon: check('45s', 'Check of the mons.'),
        osd: check('60s', 'Check of the OSDs.'),
        status: check('60s', "Check of Ceph's health."),
      },
      'Checks of the daemons.',
    ),
    livenessProbe: probes('Liveness probes by daemon: mon, mgr, osd.'),
    startupProbe: probes('Startup probes by daemon: mon, mgr, osd.'),
    muteHealthWarning: z
      .record(
        z.string(),
        z.strictObject({ policy: z.enum(['mute', 'unmute', '']).optional().describe('What to do with the warning.') }),
      )
      .default({})
      .describe('Health warnings to mute, by code.'),
  },
  'Checks and probes.',
);

export const csi = section(
  {
    readAffinity: section(
      {
        enabled: off('Whether clients read from near OSDs.'),
        crushLocationLabels: z.array(z.string()).optional().describe('Node labels that tell what is near.'),
      },
      'Reading from near OSDs.',
    ),
    cephfs: section(
      {
        kernelMountOptions: text('Options of kernel mounts.'),
        fuseMountOptions: text('Options of FUSE mounts.'),
      },
      'CephFS volumes.',
    ),
    skipUserCreation: off('Make no users for the drivers.'),
  },
  'Settings of the CSI drivers.',
);
