/** What agents noticed by themselves, beside the looks of operations in the ConfigMaps `local-device-<node>`. */
import { createHash } from 'node:crypto';
import type { DiskRow } from '../../src/contract/disk.ts';
import type { HostFacts } from '../../src/contract/host.ts';
import type { Question } from '../../src/contract/notice.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { dataOf, emptyRecord, observationRef } from './host-record.ts';

export interface NoticedHost {
  node: string;
  /** The newest that is known of the host, by an operation's look or by the agent itself. */
  facts: HostFacts;
  /** Of the devices as the kernel tells them from outside, when the agent noticed something last. */
  fingerprint?: string;
  /** ISO 8601; when the agent read the host by itself last. */
  noticedAt?: string;
  /** Names what the agent noticed last; absent where it never noticed anything. */
  seen?: string;
  /** Name of what the rows of the device table were judged from. */
  judged?: string;
  /** Identities of disks that somebody was asked about. */
  asked: string[];
  /** The operation that asks, where it was started because something was noticed. */
  question?: Question;
}

type Store = Pick<Kubernetes, 'read' | 'updateWithRetry'>;

/** Label of the ConfigMaps. */
export const DEVICES_SELECTOR = 'app=cephflow-devices';

/** `undefined` where the host was never described. */
export async function readNoticed(
  kubernetes: Pick<Store, 'read'>,
  cluster: string,
  node: string,
): Promise<NoticedHost | undefined> {
  const object = await kubernetes.read(observationRef(cluster, node));
  return object === undefined ? undefined : noticedIn(object);
}

/** Every host of the cluster that was ever described. */
export async function listNoticed(kubernetes: Pick<Kubernetes, 'list'>, cluster: string): Promise<NoticedHost[]> {
  const hosts = (await kubernetes.list(devicesOf(cluster))).flatMap((object) => noticedIn(object) ?? []);
  return hosts.toSorted((a, b) => (a.node < b.node ? -1 : 1));
}

/** The device table of the cluster as it was judged last. Rows that somebody broke are left out: `cephflow devices` tells of them. */
export async function listRows(kubernetes: Pick<Kubernetes, 'list'>, cluster: string): Promise<DiskRow[]> {
  return (await kubernetes.list(devicesOf(cluster))).flatMap((object) => {
    try {
      return JSON.parse(dataOf(object)['devices'] ?? '[]') as DiskRow[];
    } catch {
      return [];
    }
  });
}

const devicesOf = (cluster: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: cluster,
  labelSelector: DEVICES_SELECTOR,
});

function noticedIn(object: KubernetesObject): NoticedHost | undefined {
  const { noticed, noticedAt = '', facts, observedAt = '', asked = '[]', ...rest } = dataOf(object);
  // What an operation made since is in its own look alone.
  const text = noticed !== undefined && (facts === undefined || noticedAt > observedAt) ? noticed : facts;
  const node = object.metadata.labels?.['cephflow.io/node'];
  if (text === undefined || node === undefined) return undefined;
  const { fingerprint, seen, judged, question } = rest;
  return {
    node,
    facts: JSON.parse(text) as HostFacts,
    asked: JSON.parse(asked) as string[],
    ...(noticedAt === '' ? {} : { noticedAt }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(seen === undefined ? {} : { seen }),
    ...(judged === undefined ? {} : { judged }),
    ...(question === undefined ? {} : { question: JSON.parse(question) as Question }),
  };
}

/**
 * The look of an operation stays as it is beside it: a plan never rests on what was noticed in passing. The same facts again are no news.
 */
export async function writeNoticed(
  kubernetes: Pick<Store, 'updateWithRetry'>,
  cluster: string,
  { facts, fingerprint }: { facts: HostFacts; fingerprint: string },
): Promise<void> {
  const noticed = JSON.stringify(facts);
  const seen = createHash('sha256').update(noticed).digest('hex').slice(0, 16);
  const noticedAt = new Date().toISOString();
  await kubernetes.updateWithRetry(observationRef(cluster, facts.node), (current) => ({
    ...(current ?? emptyRecord(cluster, facts.node)),
    data: { ...dataOf(current), noticed, seen, fingerprint, noticedAt },
  }));
}

/** Rows of a host, the name of what they were judged from, and who of its disks was asked about: disks that are gone are forgotten. */
export async function writeJudged(
  kubernetes: Pick<Store, 'updateWithRetry'>,
  cluster: string,
  { node, seen, rows }: { node: string; seen: string; rows: DiskRow[] },
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, node), (current) => {
    if (current === undefined) return undefined;
    const data = dataOf(current);
    const there = new Set(rows.flatMap(({ id }) => id ?? []));
    const asked = (JSON.parse(data['asked'] ?? '[]') as string[]).filter((id) => there.has(id));
    return {
      ...current,
      data: {
        ...data,
        devices: JSON.stringify(rows),
        judged: seen,
        asked: JSON.stringify(asked),
      },
    };
  });
}

/** The rows of a host are judged again by the next turn of the ops worker. A second call finds nothing to forget. */
export async function forgetJudged(
  kubernetes: Pick<Store, 'updateWithRetry'>,
  cluster: string,
  node: string,
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, node), (current) => {
    const { judged, ...data } = dataOf(current);
    return current === undefined || judged === undefined ? undefined : { ...current, data };
  });
}

/**
 * From now on nobody is asked about these disks again, until they are gone and come back.
 * @param question the operation that asks, where it was started for that
 */
export async function writeAsked(
  kubernetes: Pick<Store, 'updateWithRetry'>,
  cluster: string,
  { node, disks, question }: { node: string; disks: string[]; question?: Question },
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, node), (current) => {
    if (current === undefined) return undefined;
    const data = dataOf(current);
    const asked = [...new Set([...(JSON.parse(data['asked'] ?? '[]') as string[]), ...disks])].toSorted();
    const kept = question === undefined ? {} : { question: JSON.stringify(question) };
    return { ...current, data: { ...data, asked: JSON.stringify(asked), ...kept } };
  });
}

/** The question was answered or withdrawn. */
export async function forgetQuestion(
  kubernetes: Pick<Store, 'updateWithRetry'>,
  cluster: string,
  { node, runId }: Question,
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, node), (current) => {
    const { question, ...data } = dataOf(current);
    // Another one may have been asked since.
    if (current === undefined || question === undefined || !question.includes(runId)) return undefined;
    return { ...current, data };
  });
}
