import { FIELD_MANAGER } from '../contract/names.ts';
import { failure, type CephflowError } from '../errors.ts';
import { refOf, type KubernetesObject } from '../manifests/object.ts';
import { ApiRefusal, type ApiStatus } from './api-error.ts';
import type { Connection } from './connection.ts';
import type { ObjectStore } from './objects.ts';

export interface Applied {
  changed: boolean;
  resourceVersion: string;
  uid: string;
}

/**
 * Server-side apply as the manager `cephflow`. Idempotent: a second call with the same object changes nothing and says so.
 * Never takes a field from another manager: that is FIELD_CONFLICT, naming manager and fields. Fields that an earlier
 * non-apply request of our own holds are taken.
 */
export const applyObject = async (
  connection: Connection,
  store: ObjectStore,
  object: KubernetesObject,
): Promise<Applied> => {
  const path = await store.requirePath(refOf(object));
  const before = await store.read(refOf(object));
  const send = (force: 'true' | 'false') =>
    connection.request(
      {
        method: 'PATCH',
        path,
        query: { fieldManager: FIELD_MANAGER, force },
        contentType: 'application/apply-patch+yaml',
        body: object,
      },
      [409],
    );
  let answer = await send('false');
  if (answer.status === 409 && isOnlyOurs(answer.body as ApiStatus)) answer = await send('true');
  if (answer.status === 409) throw conflict(object, answer.body as ApiStatus);
  const after = answer.body as KubernetesObject;
  const resourceVersion = after.metadata.resourceVersion ?? '';
  return {
    changed: before?.metadata.resourceVersion !== resourceVersion,
    resourceVersion,
    uid: after.metadata.uid ?? '',
  };
};

interface Conflict {
  manager: string;
  field: string;
}

const conflictsOf = ({ details }: ApiStatus): Conflict[] =>
  (details?.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => ({
      manager: /conflict with "([^"]*)"/.exec(message)?.[1] ?? message,
      field,
    }));

const isOnlyOurs = (status: ApiStatus): boolean => {
  const conflicts = conflictsOf(status);
  return conflicts.length > 0 && conflicts.every(({ manager }) => manager === FIELD_MANAGER);
};

const conflict = ({ kind, metadata }: KubernetesObject, status: ApiStatus): CephflowError => {
  const conflicts = conflictsOf(status);
  const owned = conflicts.slice(0, 3).map(({ manager, field }) => `${field} belongs to "${manager}"`);
  const more = conflicts.length > 3 ? ` and ${conflicts.length - 3} more` : '';
  const because = owned.length === 0 ? (status.message ?? 'conflict') : owned.join(', ') + more;
  return failure('FIELD_CONFLICT', `Could not apply ${kind} "${metadata.name}": ${because}`, {
    cause: new ApiRefusal(409, status),
  });
};
