import { osdMemoryTargetBytes } from '../spec/effective.ts';
import type { ClusterContext, HostPlace } from './cluster-context.ts';
import { labelValue } from './labels.ts';
import { SERVICE_ACCOUNTS, hostPaths, osdName } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { FIND_DISK } from './osd-disk.ts';
import { daemonArguments, daemonDeployment, hostDirectory } from './pod.ts';
import { daemonProbes } from './probes.ts';

export interface OsdPlace {
  id: number;
  uuid: string;
  host: HostPlace;
  deviceClass?: string;
  crushRoot: string;
  /** `key=value` pairs below the root, e.g. `host=n1`, `rack=r2`. */
  crushLocation: string[];
  /** CRUSH weight in TiB, used only when the OSD joins for the first time. */
  initialWeight?: number;
}

/** Two hours, as Rook gives: an OSD that checks its whole store after a crash must not be killed in the middle. */
const STARTUP = { periodSeconds: 2, failureThreshold: 3600 };

const topologyLabels = ({ crushRoot, crushLocation }: OsdPlace): Record<string, string> =>
  Object.fromEntries(
    [`root=${crushRoot}`, ...crushLocation].map((pair) => {
      const [type = '', ...name] = pair.split('=');
      return [`topology-location-${type}`, labelValue(name.join('='))];
    }),
  );

const labelsOf = (osd: OsdPlace): Record<string, string> => ({
  'ceph-osd-id': String(osd.id),
  'ceph.rook.io/osd-uuid': osd.uuid,
  'failure-domain': labelValue(osd.host.node),
  portable: 'false',
  encrypted: 'false',
  'osd-store': 'bluestore',
  ...(osd.deviceClass === undefined ? {} : { 'device-class': labelValue(osd.deviceClass) }),
  ...topologyLabels(osd),
});

const programOf = (ctx: ClusterContext, osd: OsdPlace, data: string): string[] => {
  const memoryTarget = osdMemoryTargetBytes(ctx.spec, osd.deviceClass);
  return [
    'ceph-osd',
    ...daemonArguments(ctx.fsid, String(osd.id)),
    `--osd-data=${data}`,
    `--osd-uuid=${osd.uuid}`,
    `--crush-location=${[`root=${osd.crushRoot}`, ...osd.crushLocation].join(' ')}`,
    ...(osd.initialWeight === undefined ? [] : [`--osd-crush-initial-weight=${osd.initialWeight}`]),
    ...(memoryTarget === undefined ? [] : [`--default-osd-memory-target=${memoryTarget}`]),
  ];
};

/**
 * One OSD on one host. It carries no key: its own is in its disk's label. The disk is found anew at every start, also when only the
 * container restarts, so a disk that comes back under another name is found and another disk under the old name is not touched.
 */
export const osdDeployment = (ctx: ClusterContext, osd: OsdPlace): KubernetesObject => {
  const data = `/var/lib/ceph/osd/ceph-${osd.id}`;
  const onHost = hostPaths(ctx.spec.dataDirHostPath, ctx.namespace).osdData(ctx.fsid, osd.uuid);
  return daemonDeployment(ctx, {
    type: 'osd',
    id: String(osd.id),
    name: osdName(osd.id),
    host: osd.host,
    serviceAccount: SERVICE_ACCOUNTS.osd,
    prepare: FIND_DISK,
    run: programOf(ctx, osd, data),
    env: [
      { name: 'ROOK_OSD_ID', value: String(osd.id) },
      { name: 'ROOK_OSD_UUID', value: osd.uuid },
      { name: 'OSD_DATA', value: data },
    ],
    volumes: [
      hostDirectory('devices', '/dev', '/dev', 'Directory'),
      hostDirectory('run-udev', '/run/udev', '/run/udev'),
      hostDirectory('activate-osd', onHost, data),
    ],
    probes: daemonProbes(ctx.spec, {
      type: 'osd',
      socket: `ceph-osd.${osd.id}`,
      ready: 'answer.get("state") == "active"',
      startup: STARTUP,
    }),
    labels: labelsOf(osd),
    deviceClass: osd.deviceClass,
    securityContext: { privileged: true, runAsUser: 0 },
    stopWithinSeconds: 60,
  });
};
