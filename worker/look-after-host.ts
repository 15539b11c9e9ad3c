import type { Logger } from 'pino';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { FOLLOW_MGR_EVERY_SECONDS, followActiveMgr } from './follow-active-mgr.ts';
import { repeat, type Repeating } from './repeat.ts';
import { ROTATE_LOGS_EVERY_SECONDS, rotateLogs } from './rotate-logs.ts';

export interface LookedAfter {
  kubernetes: Pick<Kubernetes, 'list' | 'read' | 'patchMetadata'>;
  cluster: string;
  node: string;
  dataDir: string;
}

/** What an agent does for its host all the time, whether an operation runs or not. Starts no program and holds no key of Ceph. */
export const lookAfterHost = (host: LookedAfter, log: Logger): Repeating[] => [
  repeat({
    failed: 'the label of the active mgr could not be brought up to date',
    everySeconds: FOLLOW_MGR_EVERY_SECONDS,
    log,
    turn: () => followActiveMgr(host),
  }),
  repeat({
    failed: 'log files could not be rotated',
    everySeconds: ROTATE_LOGS_EVERY_SECONDS,
    log,
    turn: () => rotateLogs({ ...host, now: () => new Date() }),
  }),
];
