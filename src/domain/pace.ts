import type { Pace } from '../contract/add-node.ts';

interface PaceSetting {
  option: string;
  value: string;
}

/** mClock schedules by profiles, and ignores the older options. Source: facts/ceph.md 4.3, Ceph's mClock reference. */
const PROFILES: Readonly<Record<Pace, string>> = {
  gentle: 'high_client_ops',
  normal: 'balanced',
  fast: 'high_recovery_ops',
};

/** Seconds between two recovery operations on a rotating disk, and how many backfills an OSD takes at once; Ceph's default is 0.1 and 1. */
const OLDER: Readonly<Record<Pace, [sleep: string, backfills: string]>> = {
  gentle: ['0.2', '1'],
  normal: ['0.1', '1'],
  fast: ['0', '4'],
};

const MCLOCK_SINCE = 17;

/** What sets the pace of moving data in section `osd`, for the release that runs. Pure. */
export function paceSettings(version: string, pace: Pace): PaceSetting[] {
  if (Number(version.split('.')[0]) >= MCLOCK_SINCE) return [{ option: 'osd_mclock_profile', value: PROFILES[pace] }];
  const [sleep, backfills] = OLDER[pace];
  return [
    { option: 'osd_recovery_sleep_hdd', value: sleep },
    { option: 'osd_max_backfills', value: backfills },
  ];
}
