import type { Ciphers } from '../contract/ceph-activities.ts';
import { knowsCiphers } from '../domain/versions.ts';
import { monAddressVector } from '../manifests/mon-addresses.ts';
import { runProgram } from './command.ts';
import { ownCephVersion } from './version.ts';

export interface MonmapRequest {
  fsid: string;
  mons: { name: string; address: string }[];
  ciphers: Ciphers;
  requireMsgr2: boolean;
}

export interface Monmap {
  fsid: string;
  mons: string[];
}

/** Writes the first map of a new cluster. Every mon starts with the same names and addresses, so it does not matter who makes it. */
export async function writeMonmap(path: string, { fsid, mons, ciphers, requireMsgr2 }: MonmapRequest): Promise<void> {
  const byName = [...mons].sort((a, b) => (a.name < b.name ? -1 : 1));
  const messenger = requireMsgr2 ? 'v2-only' : 'v1-and-v2';
  const args = [
    '--create',
    '--clobber',
    '--fsid',
    fsid,
    ...cipherOptions(await ownCephVersion(), ciphers),
    // --add would make a map of the old messenger alone.
    ...byName.flatMap(({ name, address }) => ['--addv', name, monAddressVector(address, messenger)]),
    path,
  ];
  await runProgram({ program: 'monmaptool', args, title: 'monmaptool --create', timeoutSeconds: 30 });
}

/** Without options a release that knows ciphers allows aes256k alone. */
export function cipherOptions(version: string, { allowed, preferred }: Ciphers): string[] {
  if (!knowsCiphers(version) || (allowed.length === 1 && allowed[0] === 'aes256k')) return [];
  return [`--auth-allowed-ciphers=${allowed.join(',')}`, `--auth-preferred-cipher=${preferred}`];
}

export async function readMonmap(path: string): Promise<Monmap> {
  const call = { program: 'monmaptool', args: ['--print', path], title: 'monmaptool --print', timeoutSeconds: 30 };
  return parseMonmap((await runProgram(call)).stdout.toString('utf8'));
}

/** Lines such as `fsid <uuid>` and `0: [v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0] mon.a`. */
export function parseMonmap(text: string): Monmap {
  const fsid = text.match(/^fsid ([0-9a-f-]{36})$/m)?.[1] ?? '';
  const mons = [...text.matchAll(/^\d+: .* mon\.(\S+)$/gm)].map(([, name = '']) => name).sort();
  return { fsid, mons };
}
