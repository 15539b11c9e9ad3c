import type { ErrorCode } from '../errors.ts';
import type { KubernetesObject, ObjectRef } from '../manifests/object.ts';
import type { Connection } from './connection.ts';
import type { ListQuery, ObjectStore } from './objects.ts';
import { podView } from './pod-view.ts';
import type { ResourcePaths } from './resource-path.ts';
import { until, type WaitOptions } from './wait.ts';

/** Waits until nothing that matches is left, also nothing that is still ending. Proves absence by a fresh list; removes nothing. */
export const untilGone = async (
  connection: Connection,
  store: ObjectStore,
  paths: ResourcePaths,
  target: ObjectRef | ListQuery,
  options: WaitOptions,
  timeoutCode: ErrorCode = 'STILL_RUNNING',
): Promise<void> => {
  const query = 'name' in target ? queryOf(target) : target;
  const look = (objects: KubernetesObject[]) =>
    objects.length === 0 ? { done: true, waiting: 'gone' } : { waiting: remaining(objects) };
  await until(connection, store, paths, { ...options, query, look, timeoutCode });
};

const queryOf = ({ name, ...kind }: ObjectRef): ListQuery => ({ ...kind, fieldSelector: `metadata.name=${name}` });

const remaining = (objects: KubernetesObject[]): string => {
  const first = objects.slice(0, 3).map(describe).join(', ');
  const more = objects.length > 3 ? ` and ${objects.length - 3} more` : '';
  return `still there: ${first}${more}`;
};

/** Says what keeps an object: its finalizers, or the node that does not confirm a pod's end. */
const describe = (object: KubernetesObject): string => {
  const { kind, metadata } = object;
  const node = podView(object).spec?.nodeName;
  const keeps = [
    ...(metadata.deletionTimestamp === undefined ? ['not removed'] : ['ending']),
    ...(node === undefined ? [] : [`on ${node}`]),
    ...(metadata.finalizers?.length ? [`finalizers ${metadata.finalizers.join(' ')}`] : []),
  ];
  return `${kind} ${metadata.name} (${keeps.join(', ')})`;
};
