import type { Ciphers } from '../contract/ceph-activities.ts';
import { knowsCiphers } from '../domain/versions.ts';
import { failure } from '../errors.ts';
import { runProgram } from './command.ts';
import { ownCephVersion } from './version.ts';

/** Makes one cephx key, offline. The key goes from the program's output to the caller and nowhere else. */
export async function makeKey(ciphers: Ciphers): Promise<string> {
  const kind = knowsCiphers(await ownCephVersion()) ? ['--key-type', ciphers.preferred] : [];
  const { stdout } = await runProgram({
    program: 'ceph-authtool',
    args: ['--gen-print-key', ...kind],
    title: 'ceph-authtool --gen-print-key',
    timeoutSeconds: 30,
  });
  const key = stdout.toString('utf8').trim();
  if (!/^A[Qg][A-Za-z0-9+/]{30,}={0,2}$/.test(key))
    throw failure('BUG', '"ceph-authtool --gen-print-key" printed something that is no key');
  return key;
}
