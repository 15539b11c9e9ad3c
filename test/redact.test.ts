import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactValue } from '../src/redact.ts';

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

const base64url = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes + 40 }).map((data) => Buffer.from(data).toString('base64url'));

describe('a token', () => {
  const signed = fc
    .tuple(base64url(20), base64url(32))
    .map(
      ([claims, signature]) =>
        `${Buffer.from('{"alg":"RS256","kid":"x"}').toString('base64url')}.${claims}.${signature}`,
    );

  it.each<[string, (secret: string) => string]>([
    ['alone', (secret) => `got ${secret} back`],
    ['as a header', (secret) => `Authorization: Bearer ${secret}`],
    ['as a header in JSON', (secret) => JSON.stringify({ headers: { authorization: `Bearer ${secret}` } })],
    ['as an option', (secret) => `kubectl --token ${secret} get pods`],
    ['as a setting', (secret) => `TEMPORAL_API_KEY=${secret}`],
    ['in a kubeconfig', (secret) => `users:\n- user:\n    token: ${secret}\n`],
  ])('that is signed is taken out %s', (_, form) => {
    fc.assert(
      fc.property(signed, (secret) => {
        expect(redact(form(secret))).not.toContain(secret.slice(-20));
        expect(redact(form(secret))).not.toContain(secret.slice(50, 70));
      }),
    );
  });

  it('that has a part which looks like a key is taken out as a whole', () => {
    const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${'A'.repeat(24)}.AQ${'B'.repeat(41)}-${'C'.repeat(20)}`;
    expect(redact(`got ${token} back`)).toBe('got [redacted] back');
  });

  it('that is opaque is taken out of a header', () => {
    fc.assert(fc.property(base64url(24), (secret) => !redact(`authorization: Bearer ${secret}`).includes(secret)));
    fc.assert(fc.property(base64url(24), (secret) => !redact(`curl -H "Bearer ${secret}"`).includes(secret)));
  });
});

describe('a private key', () => {
  const body = base64url(300).map((text) => text.replaceAll(/.{64}/g, '$&\n'));
  const pem = (type: string, text: string) =>
    `-----BEGIN ${type}PRIVATE KEY-----\n${text}\n-----END ${type}PRIVATE KEY-----`;

  it.each(['', 'RSA ', 'EC '])('(%s) is taken out as a whole, what stands around it stays', (type) => {
    fc.assert(
      fc.property(body, (text) => {
        expect(redact(`before ${pem(type, text)} after`)).toBe('before [redacted] after');
        expect(JSON.parse(redact(JSON.stringify({ tls: pem(type, text), node: 'n1' })))).toEqual({
          tls: '[redacted]',
          node: 'n1',
        });
      }),
    );
  });

  it('is taken out when it is cut off, and as the data of a kubeconfig', () => {
    expect(redact('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0')).toBe('[redacted]');
    expect(redact('client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBL')).toBe('client-key-data: [redacted]');
  });
});

describe('a password of an address', () => {
  it('is taken out, the address stays', () => {
    expect(redact('https://admin:hunter2@s3.example.com/x')).toBe('https://admin:[redacted]@s3.example.com/x');
  });
});

describe('a JSON value', () => {
  it('loses what stands under the name of a secret, however short, and stays the same otherwise', () => {
    expect(
      redactValue({
        accessKey: 'abc',
        dashboard: { password: 'p', port: 8443, ssl: true },
        env: [
          { name: 'ADMIN_PASSWORD', value: 'hunter2' },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
        secretName: 'rook-ceph-mon',
        taint: { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
        text: ['password: hunter2222', null, 3],
      }),
    ).toEqual({
      accessKey: '[redacted]',
      dashboard: { password: '[redacted]', port: 8443, ssl: true },
      env: [
        { name: 'ADMIN_PASSWORD', value: '[redacted]' },
        { name: 'LOG_LEVEL', value: 'info' },
      ],
      secretName: 'rook-ceph-mon',
      taint: { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
      text: ['password: [redacted]', null, 3],
    });
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
    'basic',
    'authentication',
    'https://10.0.0.1:8443/x',
    '--keyring',
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

  it('of authentication is left as it is', () => {
    const sentence = 'the bearer authentication of node-role.kubernetes.io/worker was refused, the token has expired';
    expect(redact(sentence)).toBe(sentence);
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
