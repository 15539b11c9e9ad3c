/**
 * The only file that uses the client library, for what it is good at: kubeconfigs with all their kinds of credentials, TLS and proxies. It
 * is loaded when a kubeconfig is used, because it takes some 50 MB of memory and workers in pods need none of it.
 */
import { createRequire } from 'node:module';
import type * as Library from '@kubernetes/client-node';
import { failure } from '../errors.ts';
import type { Authority } from './authority.ts';

export interface KubeconfigOptions {
  /** Path of a kubeconfig; without it KUBECONFIG or the home file. */
  kubeconfig?: string;
  context?: string;
}

const load = ({ kubeconfig, context }: KubeconfigOptions): Library.KubeConfig => {
  const library = createRequire(import.meta.url)('@kubernetes/client-node') as typeof Library;
  const config = new library.KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw failure('INVALID_INPUT', `The kubeconfig ${kubeconfig ?? ''} could not be read: ${String(cause)}`, { cause });
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) {
    throw failure('INVALID_INPUT', `The kubeconfig has no context "${config.getCurrentContext()}" with a cluster`);
  }
  return config;
};

/** Loads one kubeconfig (several merged files are not supported by the client library); nothing is sent yet. */
export const kubeconfigAuthority = (options: KubeconfigOptions): Authority => {
  const config = load(options);
  const server = config.getCurrentCluster()?.server ?? '';
  return {
    server,
    description: `${config.getCurrentContext()} (${server})`,
    authorize: (request) => config.applyToHTTPSOptions(request),
  };
};
