import { InvalidArgumentError } from 'commander';
import { usageError } from './command-error.ts';

export const OUTPUT_FORMATS = ['table', 'wide', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;

/** Flags that every command takes. */
export interface GlobalOptions {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  address?: string;
  temporalNamespace?: string;
  profile?: string;
  output: OutputFormat;
  color: (typeof COLOR_CHOICES)[number];
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `30m`, `2h30m`, `1d` to seconds. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text)
    throw new InvalidArgumentError('Write a duration like 90s, 30m or 2h30m.');
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit as keyof typeof SECONDS], 0);
}

/** `--wait`, `--wait=true` and `--wait=false`. */
export function parseTruth(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidArgumentError('Write true or false.');
}

export function parseAttempt(text: string): number {
  const attempt = Number(text);
  if (Number.isInteger(attempt) && attempt >= 1) return attempt;
  throw new InvalidArgumentError('Attempts count from 1.');
}

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A cluster is named by its namespace, so `-n rook-ceph` names it as well as the argument does. */
export function clusterNamed(argument: string | undefined, options: GlobalOptions): string | undefined {
  const { namespace } = options;
  if (argument !== undefined && namespace !== undefined && argument !== namespace)
    throw usageError(
      `Two clusters are named, ${argument} and (by --namespace) ${namespace}; a cluster is its namespace, so name one.`,
    );
  const cluster = argument ?? namespace;
  if (cluster !== undefined && !NAMESPACE.test(cluster))
    throw usageError(`"${cluster}" cannot name a cluster: it is not the name of a Kubernetes namespace.`);
  return cluster;
}

export function requireCluster(argument: string | undefined, options: GlobalOptions): string {
  const cluster = clusterNamed(argument, options);
  if (cluster === undefined) throw usageError('No cluster is named; give its namespace, for example rook-ceph.');
  return cluster;
}
