import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, labPaths } from './paths.ts';

/**
 * What the environment lacks for `npm run cephflow` to mean the lab: nothing where it says of itself which Kubernetes or Temporal is
 * meant, and nothing where there is no lab. Never half of it, so that no command acts on two places.
 */
export function labDefaults(
  env: NodeJS.ProcessEnv,
  home: string,
  kubeconfig = labPaths().kubeconfig,
): Record<string, string> {
  const isNamed = Object.keys(env).some((name) => name === 'KUBECONFIG' || name.startsWith('TEMPORAL_'));
  if (isNamed || existsSync(join(home, '.kube/config')) || !existsSync(kubeconfig)) return {};
  return { KUBECONFIG: kubeconfig, TEMPORAL_ADDRESS: addresses.temporal };
}
