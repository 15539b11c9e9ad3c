import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { BOOTSTRAP_HEALTH } from '../../src/domain/health-bootstrap.ts';
import { judgeHealth, type HealthContext } from '../../src/domain/health.ts';

const after: HealthContext = { moment: 'after', aesAllowedBecause: null, plannedOsds: 6 };
const check = (code: string, changes: { severity?: string; muted?: boolean } = {}) => ({
  code,
  severity: 'HEALTH_WARN',
  message: `about ${code}`,
  muted: false,
  ...changes,
});

describe('health at bootstrap', () => {
  it('passes a cluster without checks', () => {
    expect(judgeHealth('bootstrap', [], after)).toEqual({ outcome: 'pass', findings: [] });
  });

  it('blocks on every code that nobody has judged', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Z_]{3,20}$/), (code) => {
        fc.pre(
          !Object.hasOwn(BOOTSTRAP_HEALTH, code) &&
            !code.startsWith('AUTH_INSECURE') &&
            !/^OSD_[A-Z]+_DOWN$/.test(code),
        );
        return judgeHealth('bootstrap', [check(code)], after).outcome === 'hold';
      }),
    );
  });

  it.each(['PG_DAMAGED', 'OSD_FULL', 'MON_DOWN', 'OSDMAP_FLAGS', 'POOL_NO_REDUNDANCY', 'MGR_MODULE_ERROR'])(
    'blocks on %s before and after',
    (code) => {
      expect(judgeHealth('bootstrap', [check(code)], after).outcome).toBe('hold');
      expect(judgeHealth('bootstrap', [check(code)], { ...after, moment: 'before' }).outcome).toBe('hold');
    },
  );

  it('does not let a mute hide a blocking code', () => {
    expect(judgeHealth('bootstrap', [check('PG_DAMAGED', { muted: true })], after).outcome).toBe('hold');
  });

  it('takes too few OSDs before it makes them, and not afterwards', () => {
    expect(judgeHealth('bootstrap', [check('TOO_FEW_OSDS')], { ...after, moment: 'before' }).outcome).toBe('pass');
    expect(judgeHealth('bootstrap', [check('TOO_FEW_OSDS')], after).outcome).toBe('hold');
  });

  it('takes too few OSDs where the document asks for none', () => {
    expect(judgeHealth('bootstrap', [check('TOO_FEW_OSDS')], { ...after, plannedOsds: 0 }).outcome).toBe('pass');
  });

  it('tolerates a mon disk that is 70 % full, and says why', () => {
    const { outcome, findings } = judgeHealth('bootstrap', [check('MON_DISK_LOW')], after);
    expect(outcome).toBe('pass');
    expect(findings[0]).toMatchObject({ code: 'MON_DISK_LOW', severity: 'info' });
    expect(findings[0]?.because).toContain('tolerated');
  });

  it('tolerates keys of the old cipher only where the plan allows them', () => {
    const codes = [check('AUTH_INSECURE_KEYS_ALLOWED', { severity: 'HEALTH_ERR' })];
    expect(judgeHealth('bootstrap', codes, after).outcome).toBe('hold');
    expect(judgeHealth('bootstrap', codes, { ...after, aesAllowedBecause: 'old kernels' }).outcome).toBe('pass');
  });

  it('does not mistake global id reclaim for an old cipher', () => {
    const codes = [check('AUTH_INSECURE_GLOBAL_ID_RECLAIM_ALLOWED')];
    expect(judgeHealth('bootstrap', codes, { ...after, aesAllowedBecause: 'old kernels' }).outcome).toBe('hold');
  });

  it('treats every CRUSH type that is down like an OSD that is down', () => {
    expect(judgeHealth('bootstrap', [check('OSD_RACK_DOWN')], after).outcome).toBe('hold');
  });

  it('does not judge an operation without a table', () => {
    expect(judgeHealth('upgrade-ceph-version', [], after).outcome).toBe('unknown');
  });
});
