/** What becomes of a field: it takes effect; it is accepted without effect; the document is not acted on while it asks for it. */
type FieldFate = 'acted-on' | 'noted' | 'refused';

export interface FieldClass {
  /** Path inside `spec`: `[]` stands for every item, `*` for any key or part of one; everything below belongs to it. */
  path: string;
  fate: FieldFate;
  /** Values that ask for nothing: no finding. */
  except?: readonly unknown[];
  /** The only values that this entry is about. */
  only?: readonly unknown[];
  /** For `refused`: what would be endangered or which promise broken. For `noted`: what holds instead, where there is more to say. */
  because?: string;
}

const SWITCHED_OFF = [false];

const actedOn = (...paths: string[]): FieldClass[] => paths.map((path) => ({ path, fate: 'acted-on' }));

const noted = (paths: string | string[], more: Omit<FieldClass, 'path' | 'fate'> = {}): FieldClass[] =>
  [paths].flat().map((path) => ({ path, fate: 'noted', ...more }));

const refused = (path: string, because: string, more: Omit<FieldClass, 'path' | 'fate'> = {}): FieldClass => ({
  path,
  fate: 'refused',
  because,
  ...more,
});

/** OSD settings can stand at every level. */
const OSD_CONFIGS = [
  'storage.config',
  'storage.devices[].config',
  'storage.nodes[].config',
  'storage.nodes[].devices[].config',
];

const osdConfigs: FieldClass[] = OSD_CONFIGS.flatMap((config) => [
  ...actedOn(`${config}.deviceClass`, `${config}.initialWeight`, `${config}.crushRoot`),
  ...noted([`${config}.primaryAffinity`, `${config}.databaseSizeMB`, `${config}.walSizeMB`], { except: [''] }),
  refused(
    `${config}.metadataDevice`,
    'Losing that device loses every OSD that keeps its metadata there; such OSDs are not built yet',
    {
      except: [''],
    },
  ),
  refused(
    `${config}.osdsPerDevice`,
    'One disk would hold several OSDs, and copies meant for different OSDs could die with it',
    {
      except: ['', '1'],
    },
  ),
  refused(`${config}.encryptedDevice`, 'The data would lie unencrypted on a disk that was to be encrypted', {
    except: ['', 'false'],
  }),
]);

/** Maps by daemon: those of the daemons that exist today take effect. */
const byDaemon: FieldClass[] = ['placement', 'resources', 'annotations', 'labels', 'priorityClassNames'].flatMap(
  (map) => [
    ...actedOn(`${map}.all`, `${map}.mon`, `${map}.mgr`, `${map}.osd`, `${map}.osd-*`),
    ...(map === 'placement' ? [] : actedOn(`${map}.crashcollector`)),
    ...noted(`${map}.*`, { because: 'that daemon is not run yet' }),
  ],
);

const mons: FieldClass[] = [
  ...actedOn('mon.count', 'mon.allowMultiplePerNode', 'mon.failureDomainLabel', 'mgr.allowMultiplePerNode'),
  ...noted(['mon.externalMonIDs'], { except: [[]] }),
  ...noted(['mon.zones[].name', 'mon.zones[].arbiter']),
  refused('mon.zones[].volumeClaimTemplate', "The mons' stores would lie on hosts instead of the volumes asked for"),
  refused('mon.volumeClaimTemplate', "The mons' stores would lie on hosts instead of the volumes asked for"),
  refused(
    'mon.stretchCluster',
    'Losing a zone could lose quorum or the last copy of data, as the zones would not be set up',
    {
      except: [{}],
    },
  ),
  refused(
    'mon.floatingMon',
    'Quorum of a two-node cluster would not survive the loss of a node, as the mon would not move',
  ),
];

const networks: FieldClass[] = [
  ...actedOn('network.provider', 'network.connections.requireMsgr2'),
  refused('network.provider', 'Traffic would go over the pod network instead of the attached networks', {
    only: ['multus'],
  }),
  refused('network.connections.encryption.enabled', 'Data would cross the wire unencrypted', { except: SWITCHED_OFF }),
  ...noted(['network.selectors', 'network.addressRanges', 'network.multiClusterService.clusterID'], {
    except: [{}, ''],
  }),
  ...noted('network.ipFamily', { except: ['', 'IPv4'] }),
  ...noted(['network.dualStack', 'network.connections.compression.enabled', 'network.multiClusterService.enabled'], {
    except: SWITCHED_OFF,
  }),
  ...noted('network.hostNetwork', { except: SWITCHED_OFF, because: 'write network.provider: host' }),
];

const storages: FieldClass[] = [
  ...['storage', 'storage.nodes[]'].flatMap((level) =>
    actedOn(
      `${level}.useAllDevices`,
      `${level}.deviceFilter`,
      `${level}.devicePathFilter`,
      `${level}.devices[].name`,
      `${level}.devices[].fullpath`,
    ),
  ),
  ...actedOn('storage.useAllNodes', 'storage.nodes[].name', 'storage.onlyApplyOSDPlacement'),
  ...actedOn('storage.nearFullRatio', 'storage.backfillFullRatio', 'storage.fullRatio'),
  ...osdConfigs,
  refused('storage.storageClassDeviceSets', 'The OSDs asked for on volumes would not be made', { except: [[]] }),
  refused('storage.volumeClaimTemplates', 'The OSDs asked for on volumes would not be made', { except: [[]] }),
  refused('storage.nodes[].volumeClaimTemplates', 'The OSDs asked for on volumes would not be made', { except: [[]] }),
  ...noted('storage.nodes[].resources', { except: [{}], because: 'resources.osd and resources.osd-<class> hold' }),
  ...noted(['storage.scheduleAlways', 'storage.allowDeviceClassUpdate', 'storage.allowOsdCrushWeightUpdate'], {
    except: SWITCHED_OFF,
  }),
  ...noted(['storage.flappingRestartIntervalHours', 'storage.osdMaxUpdatesInParallel']),
  ...noted('storage.store.type', { except: ['', 'bluestore'], because: 'OSDs are made with bluestore' }),
  ...noted(['storage.store.updateStore', 'storage.migration.confirmation'], {
    except: [''],
    because: 'no OSD is made again because a document was saved',
  }),
];

const securities: FieldClass[] = [
  ...actedOn('security.cephx.allowedCiphers'),
  ...noted(['security.cephx.daemon', 'security.cephx.csi', 'security.cephx.rbdMirrorPeer'], { except: [{}] }),
  ...noted('security.keyRotation.enabled', { except: SWITCHED_OFF }),
  ...noted('security.keyRotation.schedule', { except: [''] }),
  refused('security.kms.connectionDetails', 'Keys would not be kept in the key management service', { except: [{}] }),
  refused('security.kms.tokenSecretName', 'Keys would not be kept in the key management service', { except: [''] }),
];

const upkeep: FieldClass[] = [
  ...noted(['healthCheck.daemonHealth', 'healthCheck.muteHealthWarning'], { except: [{}] }),
  ...actedOn('healthCheck.livenessProbe', 'healthCheck.startupProbe'),
  ...noted(['monitoring.enabled', 'monitoring.metricsDisabled'], { except: SWITCHED_OFF }),
  ...noted(['monitoring.interval', 'monitoring.port', 'monitoring.exporter'], { except: [{}, ''] }),
  ...noted(['monitoring.externalMgrEndpoints', 'monitoring.externalMgrPrometheusPort'], { except: [[]] }),
  ...actedOn('crashCollector.disable', 'crashCollector.daysToRetain'),
  ...actedOn('logCollector.enabled', 'logCollector.periodicity', 'logCollector.maxLogSize'),
  ...noted('disruptionManagement.managePodBudgets', { because: 'mons and mgrs always have budgets, OSDs none yet' }),
  ...noted(['disruptionManagement.osdMaintenanceTimeout', 'disruptionManagement.pgHealthyRegex'], { except: [''] }),
  ...noted('cleanupPolicy', {
    except: [{}],
    because:
      'no data is destroyed because a document was saved or deleted: the input and the approval of teardown rule',
  }),
  ...noted(['csi.readAffinity', 'csi.cephfs', 'csi.skipUserCreation'], { except: [{}, false] }),
  ...noted(['skipUpgradeChecks', 'continueUpgradeAfterChecksEvenIfNotHealthy'], {
    except: SWITCHED_OFF,
    because: 'the checks before an upgrade are always made',
  }),
  ...noted(['upgradeOSDRequiresHealthyPGs', 'removeOSDsIfOutAndSafeToRemove'], { except: SWITCHED_OFF }),
  ...noted('waitTimeoutForHealthyOSDInMinutes'),
];

/** Every field of `spec` is in exactly one entry, or in several for different values. Source: design section 2 and what bootstrap acts on. */
export const FIELD_CLASSES: readonly FieldClass[] = [
  ...actedOn('cephVersion.image', 'cephVersion.allowUnsupported', 'dataDirHostPath'),
  ...noted('cephVersion.imagePullPolicy', { except: ['', 'IfNotPresent'] }),
  ...mons,
  ...actedOn('mgr.count', 'mgr.modules[].name', 'mgr.modules[].enabled'),
  ...noted(['mgr.hostNetwork'], { except: SWITCHED_OFF }),
  ...noted('mgr.modules[].settings', { except: [{}] }),
  ...actedOn('dashboard.enabled', 'dashboard.ssl', 'dashboard.port', 'dashboard.urlPrefix'),
  ...noted(['dashboard.prometheusEndpoint', 'dashboard.prometheusEndpointSSLVerify'], { except: ['', false] }),
  ...networks,
  ...byDaemon,
  ...noted('placement.crashcollector', {
    except: [{}],
    because:
      'each host that has a daemon has its crash collector, which bears the taints that mons, mgrs and OSDs bear',
  }),
  ...storages,
  ...actedOn('cephConfig'),
  refused('cephConfigFromSecret', 'Settings that the cluster was to have from the start would be missing', {
    except: [{}],
  }),
  ...securities,
  ...upkeep,
  refused('external.enable', "A cluster of our own would be made where somebody else's was to be used", {
    except: SWITCHED_OFF,
  }),
];
