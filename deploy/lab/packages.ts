import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from './progress.ts';
import { LabRefusal } from './refusal.ts';
import { run } from './run.ts';

/** Debian packages by name, each with a program (or file) that shows that it is there. */
export type Packages = Readonly<Record<string, string>>;

/** What the lab runs of Debian's packages. */
const LAB_PACKAGES: Packages = {
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iproute2: 'ip',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  catatonit: 'catatonit',
  udev: 'udevadm',
  openssl: 'openssl',
  ethtool: 'ethtool',
  socat: 'socat',
};

/** Installs the missing packages. Idempotent: without a missing one apt is not even called. */
export async function ensurePackages(needed: Packages = LAB_PACKAGES): Promise<void> {
  const missing = missingPackages(needed);
  if (missing.length === 0) return;
  if (!onPath('apt-get')) {
    throw new LabRefusal(
      `The lab needs ${missing.join(', ')}, which only apt-get can install for it, and this machine has no apt-get; ` +
        'use a Debian machine or install them by hand.',
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await timed({ what: `Debian packages ${missing.join(', ')}`, usually: '20 to 60 s' }, async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], { env });
  });
}

function missingPackages(needed: Packages): string[] {
  return Object.entries(needed)
    .filter(([, proof]) => (proof.startsWith('/') ? !existsSync(proof) : !onPath(proof)))
    .map(([name]) => name);
}

function onPath(program: string): boolean {
  const directories = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/sbin');
  return directories.some((directory) => existsSync(join(directory, program)));
}
