import { isDeepStrictEqual } from 'node:util';
import type { WriteStatusInput } from '../../src/contract/bootstrap-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';

type Counts = Record<string, number>;

export type WantedStatus = Omit<WriteStatusInput, 'cluster'>;

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

interface Status {
  phase?: string;
  conditions?: Condition[];
  ceph?: { health?: string; versions?: Record<string, Counts>; details?: object };
}

const STATES = { Progressing: 'Creating', Ready: 'Created', Failure: 'Error' };

/**
 * Writes the status of a cluster's document as Rook does, so that `kubectl get cephcluster` shows the columns people know. Conditions of
 * others stay. `already` where it shows the same but for the time, or where there is no document; nothing is written then. A document that
 * cannot be understood has a status as well.
 */
export async function writeDocumentStatus(
  kubernetes: Pick<Kubernetes, 'list' | 'patchStatus'>,
  cluster: string,
  wanted: WantedStatus,
  keeps: (phase: string | undefined) => boolean = () => false,
): Promise<{ already: boolean }> {
  const [document] = await kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });
  if (document === undefined) return { already: true };
  const before = (document['status'] ?? {}) as Status;
  if (keeps(before.phase)) return { already: true };
  const patch = statusOf(document, before, wanted);
  if (saysTheSame(before, patch)) return { already: true };
  const { changed } = await kubernetes.patchStatus(refOf(document), patch);
  return { already: !changed };
}

/** What a look at Ceph tells the document; what was not seen is left out. */
export interface WantedHealth {
  health: string;
  fsid?: string;
  versions?: Record<string, Counts>;
  /** What is wrong, by Ceph's own codes. */
  details: Record<string, { severity: string; message: string }>;
}

/** Phases in which there is no cluster that a look could speak of. */
const NOT_SERVING = [undefined, 'TornDown', 'Stopped'];

/**
 * Writes what Ceph says into the status of a cluster's document, and nothing of what operations tell there (phase, message, conditions).
 * `already` where the same is wrong as before, whatever its numbers; where there is no document, or no cluster that serves.
 */
export async function writeDocumentHealth(
  kubernetes: Pick<Kubernetes, 'list' | 'patchStatus'>,
  cluster: string,
  { health, fsid, versions, details }: WantedHealth,
): Promise<{ already: boolean }> {
  const [document] = await kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });
  const before = (document?.['status'] ?? {}) as Status;
  if (document === undefined || NOT_SERVING.includes(before.phase)) return { already: true };
  const seen = { health, ...(fsid === undefined ? {} : { fsid }), ...countedVersions(before, versions) };
  const gone = absent(before.ceph?.details);
  // Messages count seconds and objects: compared, they would be written every minute.
  const codes = Object.fromEntries(Object.entries(details).map(([code, { severity }]) => [code, { severity }]));
  if (saysTheSame(before, { ceph: { ...seen, details: { ...gone, ...codes } } })) return { already: true };
  const now = new Date().toISOString();
  const previousHealth = before.ceph?.health;
  const turned = previousHealth === health ? {} : { previousHealth, lastChanged: now };
  const ceph = { ...seen, details: { ...gone, ...details }, ...turned, lastChecked: now };
  return { already: !(await kubernetes.patchStatus(refOf(document), { ceph })).changed };
}

function statusOf(document: KubernetesObject, before: Status, { phase, message, ceph }: WantedStatus): object {
  const now = new Date().toISOString();
  const status = {
    phase,
    state: STATES[phase],
    message,
    observedGeneration: document.metadata.generation ?? 0,
    conditions: merged(before.conditions ?? [], { phase, message, now }),
  };
  if (ceph === undefined) return status;
  const { health, fsid, version, versions } = ceph;
  const image = (document['spec'] as { cephVersion?: { image?: string } } | undefined)?.cephVersion?.image;
  return {
    ...status,
    ceph: { health, fsid, lastChecked: now, ...countedVersions(before, versions) },
    version: { image, version: `${version}-0` },
  };
}

const countedVersions = (before: Status, versions: Record<string, Counts> | undefined): object =>
  versions === undefined ? {} : { versions: replacing(before.ceph?.versions, withOverall(versions)) };

/** The phase's own condition is true and those of the other phases are false; what anybody else wrote stays as it is. */
function merged(
  before: Condition[],
  { phase, message, now }: { phase: string; message: string; now: string },
): Condition[] {
  const own = before.find(({ type }) => type === phase);
  const lastTransitionTime = own?.status === 'True' ? (own.lastTransitionTime ?? now) : now;
  const reason = phase === 'Ready' ? 'ClusterCreated' : phase;
  const others = before
    .filter(({ type }) => type !== phase)
    .map((condition) =>
      condition.type in STATES && condition.status === 'True'
        ? { ...condition, status: 'False', lastTransitionTime: now }
        : condition,
    );
  return [...others, { type: phase, status: 'True', reason, message, lastTransitionTime }];
}

const withOverall = (versions: Record<string, Counts>): Record<string, Counts> => {
  const overall: Counts = {};
  for (const [version, count] of Object.values(versions).flatMap((counts) => Object.entries(counts)))
    overall[version] = (overall[version] ?? 0) + count;
  return { ...versions, overall };
};

/** A merge patch keeps what it does not name, so a daemon type or version that is gone is named, as null. */
const replacing = (before: Record<string, Counts> = {}, after: Record<string, Counts>) => ({
  ...absent(before),
  ...Object.fromEntries(Object.entries(after).map(([type, counts]) => [type, { ...absent(before[type]), ...counts }])),
});

const absent = (before: object = {}) => Object.fromEntries(Object.keys(before).map((key) => [key, null]));

/** Would the patch change nothing but the time of the look? */
function saysTheSame(before: unknown, patch: unknown, key = ''): boolean {
  if (key === 'lastChecked') return true;
  if (patch === null) return before === undefined;
  if (typeof patch !== 'object' || Array.isArray(patch)) return isDeepStrictEqual(before, patch);
  if (typeof before !== 'object' || before === null) return false;
  return Object.entries(patch).every(([name, value]) =>
    saysTheSame((before as Record<string, unknown>)[name], value, name),
  );
}
