import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  compareVersions,
  decideCiphers,
  judgeImageVersion,
  knowsCiphers,
  releaseName,
} from '../../src/domain/versions.ts';

const version = fc.tuple(fc.nat(30), fc.nat(9), fc.nat(30)).map((parts) => parts.join('.'));

describe('versions', () => {
  it('orders versions by number and not by text', () => {
    expect(compareVersions('18.2.10', '18.2.9')).toBeGreaterThan(0);
    expect(compareVersions('16.2.15', '18.2.7')).toBeLessThan(0);
    fc.assert(
      fc.property(version, version, (a, b) => Math.sign(compareVersions(a, b)) === -Math.sign(compareVersions(b, a))),
    );
  });

  it('names releases', () => {
    expect([releaseName('16.2.15'), releaseName('20.2.4'), releaseName('21.2.0')]).toEqual([
      'pacific',
      'tentacle',
      'unknown',
    ]);
  });

  it('takes the releases that were tried without a word', () => {
    for (const tried of ['16.2.15', '18.2.7', '20.2.4'])
      expect(judgeImageVersion(tried, 'supported-only')).toEqual({ outcome: 'pass', findings: [] });
  });

  it('warns of a release between those that were tried', () => {
    expect(judgeImageVersion('19.2.3', 'supported-only')).toMatchObject({
      outcome: 'pass',
      findings: [{ severity: 'warning' }],
    });
  });

  it.each(['15.2.17', '21.2.0', '20.1.0', '18.0.0'])(
    'refuses %s unless unsupported releases are allowed',
    (unsupported) => {
      expect(judgeImageVersion(unsupported, 'supported-only').outcome).toBe('hold');
      expect(judgeImageVersion(unsupported, 'allow-unsupported').outcome).toBe('pass');
    },
  );

  it('does not guess what a version without numbers is', () => {
    expect(judgeImageVersion('main', 'allow-unsupported').outcome).toBe('unknown');
  });
});

describe('ciphers', () => {
  it('knows which releases have kinds of keys', () => {
    expect(['18.2.7', '19.2.5', '19.2.6', '20.2.3', '20.2.4'].map(knowsCiphers)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it('keeps to aes on a release that knows nothing else', () => {
    expect(decideCiphers({ version: '18.2.7', kernelVersions: { n1: '7.1.0' } })).toEqual({
      allowed: ['aes'],
      preferred: 'aes',
    });
  });

  it('refuses aes256k on a release that does not know it', () => {
    const decided = decideCiphers({ version: '18.2.7', allowedCiphers: ['aes256k'], kernelVersions: {} });
    expect(decided.finding).toMatchObject({ code: 'UNSUPPORTED_CIPHERS', severity: 'blocking' });
  });

  it('allows aes256k alone where every kernel can mount with it', () => {
    const kernelVersions = { n1: '7.0.0-generic', n2: '10.1.2' };
    expect(decideCiphers({ version: '20.2.4', kernelVersions })).toEqual({
      allowed: ['aes256k'],
      preferred: 'aes256k',
    });
  });

  it('allows aes as well, and names the kernels, where one is older', () => {
    const decided = decideCiphers({ version: '20.2.4', kernelVersions: { n1: '7.0.1', n2: '6.12.3' } });
    expect(decided).toMatchObject({ allowed: ['aes', 'aes256k'], preferred: 'aes', finding: { code: 'AES_ALLOWED' } });
    expect(decided.finding?.because).toContain('n2 (6.12.3)');
    expect(decided.finding?.because).not.toContain('n1');
  });

  it('follows the document without a word', () => {
    const asked = { version: '20.2.4', allowedCiphers: ['aes256k'], kernelVersions: { n1: '5.10.0' } };
    expect(decideCiphers(asked)).toEqual({ allowed: ['aes256k'], preferred: 'aes256k' });
  });
});
