import { describe, expect, it } from 'vitest';
import { PACES } from '../../src/contract/add-node.ts';
import { paceSettings } from '../../src/domain/pace.ts';

describe('the pace of moving data', () => {
  it('is a profile where mClock schedules, and sleeps and backfills before', () => {
    expect(paceSettings('20.2.4', 'gentle')).toEqual([{ option: 'osd_mclock_profile', value: 'high_client_ops' }]);
    expect(paceSettings('18.2.7', 'fast')).toEqual([{ option: 'osd_mclock_profile', value: 'high_recovery_ops' }]);
    expect(paceSettings('16.2.15', 'fast').map(({ option }) => option)).toEqual([
      'osd_recovery_sleep_hdd',
      'osd_max_backfills',
    ]);
  });

  it('differs from pace to pace', () => {
    for (const version of ['16.2.15', '20.2.4'])
      expect(new Set(PACES.map((pace) => JSON.stringify(paceSettings(version, pace)))).size).toBe(PACES.length);
  });
});
