import { posix } from 'node:path';
import { z } from 'zod';

/** Directories that belong to the host or to the containers' own file system: nothing of ours may lie in or under them. */
const TAKEN_TREES = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/rook',
  '/sbin',
  '/sys',
  '/usr',
  '/var/lib/containerd',
  '/var/lib/docker',
  '/var/lib/etcd',
  '/var/lib/kubelet',
  '/var/log/ceph',
  '/var/run',
];
/** Trees that a reboot empties: the mons' stores, and with them the cluster, would be lost. */
const VOLATILE_TREES = ['/run', '/tmp'];
/** May be gone under, but not used as such: teardown removes what lies in the directory. */
const TAKEN_DIRECTORIES = ['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/var', '/var/lib', '/var/log'];

const isUnder = (path: string, tree: string): boolean => path === tree || path.startsWith(`${tree}/`);

const objectionTo = (path: string): string | undefined => {
  if (path === '') return 'must not be empty: the mons would lose their stores with every restart of a pod';
  if (!path.startsWith('/')) return `must be an absolute path, is ${path}`;
  if (!/^[A-Za-z0-9._/-]+$/.test(path)) return 'may have only letters, digits, ".", "_", "-" and "/"';
  const taken = TAKEN_TREES.find((tree) => isUnder(path, tree));
  if (taken) return `must not be ${taken} or lie under it: that belongs to the host or to the containers`;
  const volatile = VOLATILE_TREES.find((tree) => isUnder(path, tree));
  if (volatile) return `must not lie under ${volatile}: a reboot empties it, and the mons' stores would be lost`;
  if (TAKEN_DIRECTORIES.includes(path)) return `must not be the system directory ${path}; name one of its own under it`;
  return undefined;
};

const withoutTrailingSlash = (path: string): string =>
  path === '' ? path : posix.normalize(path).replace(/(.)\/$/, '$1');

/** `dataDirHostPath`: normalised, absolute, durable, and nobody else's. */
export const dataDirHostPath = z
  .string()
  .overwrite(withoutTrailingSlash)
  .refine((path) => objectionTo(path) === undefined, { error: (issue) => objectionTo(String(issue.input)) })
  .describe(
    'Directory on every host for the stores of the mons, logs, crash reports and OSD directories. It survives the ' +
      'pods, so it must not be a system directory and no other cluster may use it.',
  );
