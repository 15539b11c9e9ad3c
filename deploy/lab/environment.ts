import { join } from 'node:path';
import { addresses, labPaths } from './paths.ts';

/** What a program needs in its environment to use the lab. */
export function labEnvironment(
  path = process.env['PATH'] ?? '',
): Record<'KUBECONFIG' | 'KUBECACHEDIR' | 'TEMPORAL_ADDRESS' | 'PATH', string> {
  const { programs, kubeconfig, state } = labPaths();
  const parts = [programs.kubernetes, programs.temporal, ...path.split(':')];
  return {
    KUBECONFIG: kubeconfig,
    // kubectl's default is a directory that would outlive the lab.
    KUBECACHEDIR: join(state, 'kubectl-cache'),
    TEMPORAL_ADDRESS: addresses.temporal,
    PATH: [...new Set(parts)].join(':'),
  };
}

/** The environment as lines for a shell to evaluate. */
export function exportLines(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}
