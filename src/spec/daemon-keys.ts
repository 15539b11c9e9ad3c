import { z } from 'zod';
import { nearest } from './nearest.ts';

/** Keys of `placement`, `resources`, `labels`, `annotations` and `priorityClassNames`, as Rook has them. */
export const DAEMON_KEYS = [
  'all',
  'mon',
  'arbiter',
  'mgr',
  'mgr-sidecar',
  'osd',
  'prepareosd',
  'keyrotation',
  'cleanup',
  'crashcollector',
  'logcollector',
  'exporter',
  'cmd-reporter',
  'monitoring',
  'dashboard',
  'clusterMetadata',
  'mds',
  'rgw',
  'nfs',
  'rbdmirror',
  'mirror',
] as const;
export type DaemonKey = (typeof DAEMON_KEYS)[number];

/** OSDs of one device class, e.g. `osd-nvme`. */
const OSDS_OF_A_CLASS = /^osd-./;

const isKnown = (key: string): boolean => OSDS_OF_A_CLASS.test(key) || DAEMON_KEYS.some((known) => known === key);

/** A key that Rook does not name is let pass (its list is open), unless it looks like a slip of a known one: settings would silently miss their daemon. */
export const daemonKey = z.string().refine((key) => isKnown(key) || nearest(key, DAEMON_KEYS) === undefined, {
  error: (issue) => `is no daemon; did you mean ${nearest(String(issue.input), DAEMON_KEYS)}?`,
});
