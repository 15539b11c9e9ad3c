/** What a document means for one daemon: pure readers, so that every builder and plan reads it the same way. */
import { createHash } from 'node:crypto';
import type { CephClusterSpec } from './ceph-cluster.ts';
import type { DaemonKey } from './daemon-keys.ts';
import type { Placement, ProbeSetting, Resources, Toleration } from './pod-settings.ts';
import { parseQuantity } from './quantity.ts';

const sameTaint = (left: Toleration, right: Toleration): boolean =>
  left.key === right.key &&
  left.operator === right.operator &&
  left.value === right.value &&
  left.effect === right.effect;

/**
 * Placement of a daemon's pods: the daemon's own parts come over those of `all`, part by part; tolerations add up.
 * As Rook does. For OSDs `storage.onlyApplyOSDPlacement` leaves `all` out.
 */
export const placementFor = (spec: CephClusterSpec, daemon: DaemonKey): Placement => {
  const own = spec.placement[daemon] ?? {};
  if (daemon === 'osd' && spec.storage.onlyApplyOSDPlacement) return own;
  const all = spec.placement['all'] ?? {};
  const merged: Placement = { ...all, ...own };
  if (!all.tolerations || !own.tolerations) return merged;
  const ownTolerations = own.tolerations;
  const added = all.tolerations.filter((toleration) => !ownTolerations.some((mine) => sameTaint(mine, toleration)));
  return { ...merged, tolerations: [...ownTolerations, ...added] };
};

/**
 * Resources of a daemon's main container; empty where the document says nothing.
 * @param deviceClass of the OSD: `osd-<class>` then replaces `osd` as a whole, as in Rook
 */
export const resourcesFor = (spec: CephClusterSpec, daemon: DaemonKey, deviceClass?: string): Resources => {
  const ofClass = daemon === 'osd' && deviceClass ? spec.resources[`osd-${deviceClass}`] : undefined;
  return ofClass ?? spec.resources[daemon] ?? {};
};

/** Labels for a daemon's pods: those of `all`, and the daemon's own over them. */
export const labelsFor = (spec: CephClusterSpec, daemon: DaemonKey): Record<string, string> => ({
  ...spec.labels['all'],
  ...spec.labels[daemon],
});

/** Annotations for a daemon's pods: those of `all`, and the daemon's own over them. */
export const annotationsFor = (spec: CephClusterSpec, daemon: DaemonKey): Record<string, string> => ({
  ...spec.annotations['all'],
  ...spec.annotations[daemon],
});

export const priorityClassFor = (spec: CephClusterSpec, daemon: DaemonKey): string | undefined =>
  spec.priorityClassNames[daemon] || spec.priorityClassNames['all'] || undefined;

/** How the document changes a daemon's probes: left out, or with a probe whose given fields replace the built-in ones. */
export const probesFor = (
  spec: CephClusterSpec,
  daemon: 'mon' | 'mgr' | 'osd',
): { liveness: ProbeSetting; startup: ProbeSetting } => ({
  liveness: spec.healthCheck.livenessProbe[daemon] ?? { disabled: false },
  startup: spec.healthCheck.startupProbe[daemon] ?? { disabled: false },
});

/** Share of the memory limit that an OSD aims at. Source: Ceph's default of osd_memory_target_cgroup_limit_ratio; Rook uses the same. */
const OSD_MEMORY_TARGET_RATIO = 0.8;
/** Ceph refuses a smaller osd_memory_target. */
const OSD_MEMORY_TARGET_MINIMUM_BYTES = 896 * 2 ** 20;

const memoryBytes = (amounts: Resources['limits']): number | undefined => {
  const memory = amounts?.['memory'];
  return memory === undefined ? undefined : parseQuantity(memory) || undefined;
};

/**
 * The osd_memory_target that follows from the memory limit of OSDs, in bytes: 0.8 of the limit, or the request where that is
 * less (so Ceph itself does from what Rook hands to the pod), never below what Ceph accepts. `undefined` without a limit.
 */
export const osdMemoryTargetBytes = (spec: CephClusterSpec, deviceClass?: string): number | undefined => {
  const { limits, requests } = resourcesFor(spec, 'osd', deviceClass);
  const limit = memoryBytes(limits);
  if (limit === undefined) return undefined;
  const target = Math.min(limit * OSD_MEMORY_TARGET_RATIO, memoryBytes(requests) ?? Infinity);
  return Math.max(Math.floor(target), OSD_MEMORY_TARGET_MINIMUM_BYTES);
};

/** Port of the dashboard, by Ceph's own defaults where the document names none. */
export const dashboardPort = ({ dashboard }: CephClusterSpec): number =>
  dashboard.port ?? (dashboard.ssl ? 8443 : 7000);

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value;

/** Identity of what a document asks for: 64 hexadecimal digits, the same for any order of its keys. */
export const specHash = (spec: CephClusterSpec): string =>
  createHash('sha256').update(JSON.stringify(spec, sortedKeys)).digest('hex');
