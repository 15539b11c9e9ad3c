import { failure } from '../errors.ts';
import type { Connection } from './connection.ts';

interface Resource {
  name: string;
  namespaced: boolean;
}

export interface ResourcePaths {
  /** Path of the collection, `undefined` where the API server does not serve that kind (a removed CRD). */
  collection(kind: { apiVersion: string; kind: string; namespace?: string }): Promise<string | undefined>;
}

/** Asks the API server under which path it serves a kind. A found answer is kept: it never changes while a server serves the kind. */
export const resourcePaths = (connection: Connection): ResourcePaths => {
  const known = new Map<string, Resource>();

  const discover = async (apiVersion: string, kind: string): Promise<Resource | undefined> => {
    const { status, body } = await connection.request({ method: 'GET', path: groupPath(apiVersion) }, [404]);
    if (status === 404) return undefined;
    const served = (body as { resources?: { name: string; kind: string; namespaced: boolean }[] }).resources ?? [];
    return served.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  };

  const find = async (apiVersion: string, kind: string): Promise<Resource | undefined> => {
    const key = `${apiVersion} ${kind}`;
    const resource = known.get(key) ?? (await discover(apiVersion, kind));
    if (resource !== undefined) known.set(key, resource);
    return resource;
  };

  return {
    collection: async ({ apiVersion, kind, namespace }) => {
      const resource = await find(apiVersion, kind);
      if (resource === undefined) return undefined;
      if (!resource.namespaced && namespace !== undefined) {
        throw failure('BUG', `The kind ${kind} is cluster-wide, but the namespace "${namespace}" was given with it`);
      }
      const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
      return `${groupPath(apiVersion)}${within}/${resource.name}`;
    },
  };
};

const groupPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
