import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { failure } from '../errors.ts';
import type { Authority } from './authority.ts';

export interface PodPlace {
  environment: Record<string, string | undefined>;
  /** Where the kubelet puts token and authority of the pod's account. */
  directory: string;
}

const HERE: PodPlace = {
  environment: process.env,
  directory: '/var/run/secrets/kubernetes.io/serviceaccount',
};

/** The account of the pod that this process runs in; `undefined` outside of pods, and where KUBECONFIG or the home file names another. */
export const podAuthority = ({ environment, directory }: PodPlace = HERE): Authority | undefined => {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  if (!host || hasKubeconfig(environment) || !existsSync(join(directory, 'token'))) return undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const read = (name: string): Promise<string> =>
    readFile(join(directory, name), 'utf8').catch((cause: unknown) => {
      throw failure('KUBERNETES_UNREACHABLE', `The pod's account cannot be read: ${String(cause)}`, { cause });
    });
  return {
    server,
    description: `the pod's account (${server})`,
    authorize: async (request) => {
      const [token, ca] = await Promise.all([read('token'), read('ca.crt')]);
      request.ca = ca;
      // A connection of its own for each request: an idle one that the server closes meanwhile would fail the next request.
      request.agent = false;
      request.headers = { authorization: `Bearer ${token.trim()}` };
    },
  };
};

/** The client library's rules, without the library. */
const hasKubeconfig = ({ KUBECONFIG: chosen, HOME: home }: PodPlace['environment']): boolean =>
  Boolean(chosen) || (Boolean(home) && existsSync(join(home ?? '', '.kube', 'config')));
