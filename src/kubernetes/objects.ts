import { FIELD_MANAGER } from '../contract/names.ts';
import { failure } from '../errors.ts';
import { refOf, type KubernetesObject, type ObjectRef } from '../manifests/object.ts';
import { ApiRefusal, type ApiStatus } from './api-error.ts';
import type { Connection } from './connection.ts';
import type { ResourcePaths } from './resource-path.ts';

export interface ListQuery {
  apiVersion: string;
  kind: string;
  /** Without it, all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface RemoveOptions {
  /** Default `Background`: dependents (pods of a Deployment) are removed by the API server afterwards. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Removes only this very object, never a namesake made later. */
  uid?: string;
  graceSeconds?: number;
}

export interface Created {
  already: boolean;
  object: KubernetesObject;
}

/** Reading, creating and removing. `where` names the collection; a kind that is not served has no objects. */
export class ObjectStore {
  readonly #connection: Connection;
  readonly #paths: ResourcePaths;

  constructor(connection: Connection, paths: ResourcePaths) {
    this.#connection = connection;
    this.#paths = paths;
  }

  /** Path of one object; `undefined` where its kind is not served. */
  async pathOf(ref: ObjectRef): Promise<string | undefined> {
    const collection = await this.#paths.collection(ref);
    return collection === undefined ? undefined : `${collection}/${ref.name}`;
  }

  /** Path of one object of a kind that must be served. */
  async requirePath(ref: ObjectRef): Promise<string> {
    const path = await this.pathOf(ref);
    if (path !== undefined) return path;
    throw failure('DOCUMENT_MISSING', `The API server does not know the kind ${ref.kind} of ${ref.apiVersion}`);
  }

  async read(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    const path = await this.pathOf(ref);
    if (path === undefined) return undefined;
    const { status, body } = await this.#connection.request({ method: 'GET', path }, [404]);
    return status === 404 ? undefined : (body as KubernetesObject);
  }

  /** All pages. Items carry apiVersion and kind, which the API server leaves out in lists. */
  async list({ apiVersion, kind, namespace, labelSelector, fieldSelector }: ListQuery): Promise<KubernetesObject[]> {
    const path = await this.#paths.collection({ apiVersion, kind, namespace });
    const found: KubernetesObject[] = [];
    if (path === undefined) return found;
    let token: string | undefined;
    for (;;) {
      const query = { labelSelector, fieldSelector, limit: '500', continue: token };
      const { body } = await this.#connection.request({ method: 'GET', path, query });
      const page = body as { items?: KubernetesObject[]; metadata?: { continue?: string } };
      found.push(...(page.items ?? []).map((item) => ({ ...item, apiVersion, kind })));
      token = page.metadata?.continue;
      if (token === undefined || token === '') return found;
    }
  }

  /** Create-only: what exists already is returned as it is, never replaced. */
  async create(object: KubernetesObject): Promise<Created> {
    const ref = refOf(object);
    const path = (await this.requirePath(ref)).slice(0, -(ref.name.length + 1));
    const query = { fieldManager: FIELD_MANAGER };
    const asked = { method: 'POST', path, query, body: object } as const;
    const { status, body } = await this.#connection.request(asked, [409]);
    if (status !== 409) return { already: false, object: body as KubernetesObject };
    const existing = await this.read(ref);
    if (existing !== undefined) return { already: true, object: existing };
    throw failure('KUBERNETES_UNREACHABLE', `${ref.kind} "${ref.name}" was being removed while it should be created`);
  }

  /** Replaces one object at exactly the version that was read; `undefined` where someone else was quicker. */
  async replace(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const path = await this.requirePath(refOf(object));
    const asked = { method: 'PUT', path, query: { fieldManager: FIELD_MANAGER }, body: object } as const;
    const { status, body } = await this.#connection.request(asked, [404, 409]);
    return status === 200 ? (body as KubernetesObject) : undefined;
  }

  /** Idempotent. The object may linger while finalizers or pods end: see untilGone. */
  async remove(
    ref: ObjectRef,
    { propagation = 'Background', uid, graceSeconds }: RemoveOptions = {},
  ): Promise<{ already: boolean }> {
    const path = await this.pathOf(ref);
    if (path === undefined) return { already: true };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagation,
      ...(uid === undefined ? {} : { preconditions: { uid } }),
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    };
    const { status, body: answer } = await this.#connection.request({ method: 'DELETE', path, body }, [404, 409]);
    // With a uid given, 409 says that the name now belongs to a later object.
    if (status === 409 && uid === undefined) throw conflictOf(ref, answer as ApiStatus);
    return { already: status !== 200 && status !== 202 };
  }
}

const conflictOf = (ref: ObjectRef, answer: ApiStatus): Error =>
  failure(
    'KUBERNETES_UNREACHABLE',
    `${ref.kind} "${ref.name}" could not be removed now: ${answer.message ?? 'conflict'}`,
    {
      cause: new ApiRefusal(409, answer),
    },
  );
