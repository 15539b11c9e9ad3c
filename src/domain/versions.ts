import type { Ciphers } from '../contract/ceph-activities.ts';
import type { Finding, Verdict } from '../contract/finding.ts';

const RELEASES: Record<number, string> = {
  16: 'pacific',
  17: 'quincy',
  18: 'reef',
  19: 'squid',
  20: 'tentacle',
};

/** Releases whose every command of ours was run for real. */
const TRIED = [16, 18, 20];

const numbers = (version: string): number[] => version.split('.').map(Number);

/** Negative where `a` is older than `b`. Both `x.y.z`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const releaseName = (version: string): string => RELEASES[numbers(version)[0] ?? 0] ?? 'unknown';

/** May this image run a cluster? Stable releases are `x.2.z`; `x.0` and `x.1` are development builds and candidates. */
export function judgeImageVersion(version: string, policy: 'supported-only' | 'allow-unsupported'): Verdict {
  const [major = 0, minor = 0] = numbers(version);
  if (!/^\d+\.\d+\.\d+$/.test(version)) return judged('unknown', version, 'is not a version of the form x.y.z');
  if (RELEASES[major] !== undefined && minor === 2) {
    if (TRIED.includes(major)) return { outcome: 'pass', findings: [] };
    return warned(version, `is ${RELEASES[major]}, between the releases that were tried (${TRIED.join(', ')})`);
  }
  const because = RELEASES[major] === undefined ? 'is none of the releases 16 to 20' : 'is no stable release (x.2.z)';
  return policy === 'allow-unsupported' ? warned(version, because) : judged('hold', version, because);
}

const finding = (version: string, severity: Finding['severity'], because: string): Finding => ({
  code: 'UNSUPPORTED_VERSION',
  severity,
  because: `Ceph ${version} ${because}.`,
  remedy: 'Set cephVersion.image to a supported release, or cephVersion.allowUnsupported to true.',
  target: 'cephVersion.image',
  evidence: { version },
});

const warned = (version: string, because: string): Verdict => ({
  outcome: 'pass',
  findings: [finding(version, 'warning', because)],
});

const judged = (outcome: 'hold' | 'unknown', version: string, because: string): Verdict => ({
  outcome,
  findings: [finding(version, 'blocking', because)],
});

/** Whether programs of this version know kinds of keys (option `--key-type`, ciphers in the monmap). Source: CVE-2025-30156. */
export const knowsCiphers = (version: string): boolean => {
  const [major = 0] = numbers(version);
  return major === 19 ? compareVersions(version, '19.2.6') >= 0 : compareVersions(version, '20.2.4') >= 0;
};

const FIRST_KERNEL_WITH_AES256K = 7;

export interface CipherQuestion {
  version: string;
  /** `security.cephx.allowedCiphers` of the document. */
  allowedCiphers?: string[];
  /** `uname -r` per node. */
  kernelVersions: Record<string, string>;
}

/**
 * Which keys a new cluster makes and accepts. Unasked, aes256k alone (Ceph's default) where every node's kernel can mount with it, else
 * aes as well: a kernel before 7.0 cannot, and users would find out only when their pods do not start.
 */
export function decideCiphers(question: CipherQuestion): Ciphers & { finding?: Finding } {
  const { version, allowedCiphers, kernelVersions } = question;
  if (!knowsCiphers(version)) {
    const old = { allowed: ['aes'], preferred: 'aes' };
    return allowedCiphers?.includes('aes256k') ? { ...old, finding: cannotUse(version, allowedCiphers) } : old;
  }
  if (allowedCiphers !== undefined && allowedCiphers.length > 0)
    return { allowed: [...allowedCiphers].sort(), preferred: allowedCiphers.includes('aes') ? 'aes' : 'aes256k' };
  const old = Object.entries(kernelVersions)
    .filter(([, kernel]) => Number.parseInt(kernel, 10) < FIRST_KERNEL_WITH_AES256K || !/^\d/.test(kernel))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (old.length === 0) return { allowed: ['aes256k'], preferred: 'aes256k' };
  return { allowed: ['aes', 'aes256k'], preferred: 'aes', finding: keepsAes(old) };
}

function keepsAes(old: [string, string][]): Finding {
  const named = old.slice(0, 3).map(([node, kernel]) => `${node} (${kernel})`);
  const more = old.length > 3 ? ` and ${old.length - 3} more` : '';
  return {
    code: 'AES_ALLOWED',
    severity: 'warning',
    because: `Keys of the old cipher aes stay allowed, because the kernels of ${named.join(', ')}${more} are older than 7.0 and cannot mount with aes256k; Ceph will show AUTH_INSECURE_* warnings.`,
    remedy: 'Set security.cephx.allowedCiphers to ["aes256k"] where no kernel client mounts from these nodes.',
    target: 'security.cephx.allowedCiphers',
    evidence: Object.fromEntries(old.slice(0, 20)),
  };
}

const cannotUse = (version: string, allowed: string[]): Finding => ({
  code: 'UNSUPPORTED_CIPHERS',
  severity: 'blocking',
  because: `The document allows ${allowed.join(' and ')}, but Ceph ${version} knows aes alone.`,
  remedy: 'Take aes256k out of security.cephx.allowedCiphers, or use an image of 20.2.4 or newer.',
  target: 'security.cephx.allowedCiphers',
});
