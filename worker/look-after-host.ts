import type { Logger } from 'pino';
import type { HostFacts } from '../src/contract/host.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { FOLLOW_MGR_EVERY_SECONDS, followActiveMgr } from './follow-active-mgr.ts';
import { NOTICE_DEVICES_EVERY_SECONDS, noticeDevices, onDeviceEvents, type DeviceEvents } from './notice-devices.ts';
import { repeat, type Repeating } from './repeat.ts';
import { ROTATE_LOGS_EVERY_SECONDS, rotateLogs } from './rotate-logs.ts';

export interface LookedAfter {
  kubernetes: Pick<Kubernetes, 'list' | 'read' | 'patchMetadata' | 'updateWithRetry'>;
  cluster: string;
  node: string;
  dataDir: string;
  /** Where udev keeps its records. */
  udevData: string;
  fingerprint: () => Promise<string>;
  readFacts: () => Promise<HostFacts>;
}

/** What an agent does for its host all the time, whether an operation runs or not. Starts no program and holds no key of Ceph. */
export function lookAfterHost(host: LookedAfter, log: Logger): Repeating[] {
  const events: DeviceEvents = onDeviceEvents(host.udevData, () => noticing.wake());
  const noticing = repeat({
    failed: 'what changed of the disks of this host could not be written down',
    everySeconds: NOTICE_DEVICES_EVERY_SECONDS,
    log,
    turn: async () => (events.unsettled() ? [] : noticeDevices({ ...host, now: () => new Date() })),
  });
  return [
    { ...noticing, stop: () => (events.stop(), noticing.stop()) },
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
}
