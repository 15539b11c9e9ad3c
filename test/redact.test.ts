import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../src/redact.ts';

/** As `ceph-authtool` writes keys: type, time and length, then the secret, in base64. */
const keyOf = (type: number, secretBytes: number) =>
  fc
    .tuple(
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.uint8Array({ minLength: secretBytes, maxLength: secretBytes }),
    )
    .map(([time, secret]) =>
      Buffer.concat([Buffer.from([type, 0]), time, Buffer.from([secretBytes, 0]), secret]).toString('base64'),
    );
const key = fc.oneof(keyOf(1, 16), keyOf(2, 32));
const FORMS: Record<string, (secret: string) => string> = {
  alone: (secret) => secret,
  'in a keyring': (secret) => `[client.admin]\n\tkey = ${secret}\n\tcaps mon = "allow *"\n`,
  'in JSON': (secret) => JSON.stringify([{ entity: 'osd.3', key: secret, caps: {} }]),
  'in JSON inside of JSON': (secret) => JSON.stringify({ text: JSON.stringify({ key: secret }) }),
  'as the secrets of a new OSD': (secret) => JSON.stringify({ cephx_secret: secret }),
  'in a sentence': (secret) => `the key (${secret}) was refused`,
  'as an option': (secret) => `ceph-osd --mkfs --key=${secret} --osd-uuid u`,
  'after a line break': (secret) => `exit 1\n${secret}`,
};

describe('a cephx key', () => {
  it.each(Object.keys(FORMS))('of either cipher is taken out %s', (form) => {
    fc.assert(
      fc.property(key, (secret) => {
        const text = redact((FORMS[form] as (secret: string) => string)(secret));
        expect(text).not.toContain(secret.slice(0, 20));
        expect(text).not.toContain(secret.slice(-12));
        expect(text).toContain('[redacted]');
      }),
    );
  });

  it('is taken out each time it occurs', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const text = redact(`${one}\n${other} ${one}`);
        expect(text).toBe('[redacted]\n[redacted] [redacted]');
      }),
    );
  });
});

describe('a password', () => {
  const password = fc.stringMatching(/^[A-Za-z0-9_!%*+-]{8,30}$/);

  it.each<[string, (secret: string) => string]>([
    ['in JSON', (secret) => JSON.stringify({ username: 'admin', password: secret, roles: [] })],
    ['as a setting', (secret) => `password=${secret}`],
    ['in a sentence', (secret) => `Password: ${secret}`],
    ['as a secret of S3', (secret) => JSON.stringify({ access_key: 'x', secret_key: secret })],
  ])('is taken out %s', (_, form) => {
    fc.assert(fc.property(password, (secret) => !redact(form(secret)).includes(secret)));
  });

  it('that holds a comma or a space is taken out as a whole in JSON', () => {
    expect(redact('{"password": "ab,cdefghijkl mnop"}')).not.toContain('cdefghijkl');
  });
});

describe('other text', () => {
  const word = fc.constantFrom(
    'osd.3',
    'is',
    'down',
    'on',
    'n1',
    '/dev/sdb',
    'wwn:0x5000c500a1b2c3d4',
    '11111111-2222-4333-8444-555555555555',
    'HEALTH_WARN',
    'AQ',
    'mon.a@n1',
    '0f3a9c12e4b5',
    'keyring',
    'AUTH_INSECURE_KEYS',
    'quay.io/ceph/ceph:v20.2.4',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  );

  it('is left as it is: a person must be able to read what happened', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.constantFrom(' ', '\n', ', '), (words, between) => {
        expect(redact(words.join(between))).toBe(words.join(between));
      }),
    );
  });

  it('is left as it is a second time', () => {
    fc.assert(
      fc.property(fc.string(), key, (text, secret) => {
        const once = redact(`${text} ${secret} "password": "${text}hunter2222"`);
        expect(redact(once)).toBe(once);
      }),
    );
  });
});
