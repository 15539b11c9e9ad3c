import { z } from 'zod';
import { off, section } from './field-kinds.ts';
import { dataDirHostPath } from './host-path.ts';
import { cleanupPolicy, csi, disruptionManagement, healthCheck } from './maintenance.ts';
import { dashboard, mgr } from './mgr.ts';
import { mon } from './mon.ts';
import { crashCollector, logCollector, monitoring } from './monitoring.ts';
import { network } from './network.ts';
import { podSettings } from './pod-settings.ts';
import { security } from './security.ts';
import { storage } from './storage.ts';

export const API_GROUP = 'ceph.rook.io';
export const API_VERSION = `${API_GROUP}/v1`;
export const KIND = 'CephCluster';

const cephVersion = z
  .strictObject({
    image: z
      .string()
      .regex(/^[^\s@:/]\S*$/, { error: 'must be a container image, e.g. registry.example/ceph/ceph:v20.2.4' })
      .describe('Image with the ceph programs; its version is read from the image itself.'),
    allowUnsupported: off('Allow releases of Ceph that are not supported. For tests only.'),
    imagePullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never', ''])
      .default('IfNotPresent')
      .describe('When the image is pulled.'),
  })
  .describe('The release of Ceph.');

const sectionsOfText = (description: string) =>
  z
    .record(z.string(), z.record(z.string(), z.string()).describe('Settings of this section.'))
    .default({})
    .describe(description);

/** The `spec` of a CephCluster, as Rook's users write it. One schema for types, defaults, the resource definition and the errors. */
export const cephClusterSpec = z
  .strictObject({
    cephVersion,
    dataDirHostPath,
    mon,
    mgr,
    dashboard,
    network,
    storage,
    ...podSettings,
    cephConfig: sectionsOfText('Settings of Ceph, by section (global, mon, osd, osd.3, ...).'),
    cephConfigFromSecret: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .describe('Settings of Ceph whose values are in Secrets.'),
    healthCheck,
    security,
    monitoring,
    crashCollector,
    logCollector,
    disruptionManagement,
    cleanupPolicy,
    csi,
    external: section({ enable: off('Use a cluster that somebody else runs.') }, 'A cluster outside.'),
    skipUpgradeChecks: off('Upgrade without checks.'),
    continueUpgradeAfterChecksEvenIfNotHealthy: off('Go on with an upgrade while the cluster is not healthy.'),
    upgradeOSDRequiresHealthyPGs: off('Upgrade OSDs only while all placement groups are healthy.'),
    waitTimeoutForHealthyOSDInMinutes: z
      .int()
      .min(0)
      .default(10)
      .describe('Minutes that an upgrade waits until an OSD may be stopped.'),
    removeOSDsIfOutAndSafeToRemove: off('Remove OSDs that are out and hold nothing.'),
  })
  .describe('The desired state of the cluster.');

export type CephClusterSpec = z.output<typeof cephClusterSpec>;
