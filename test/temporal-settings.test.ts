import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemporalSettings } from '../src/temporal-settings.ts';
import { makeCertificates, type Certificates } from './worker/certificates.ts';

describe("Temporal's settings", () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => rm(certificates.directory, { recursive: true }));
  const path = (variable: string, name: string) => ({ [`TEMPORAL_TLS_${variable}_PATH`]: certificates.file(name) });
  const read = (environment: Record<string, string>) => readTemporalSettings({ environment });

  it('have the defaults of its own tools', () => {
    expect(read({})).toMatchObject({ address: 'localhost:7233', namespace: 'default' });
    expect(read({ TEMPORAL_ADDRESS: 'a:1', TEMPORAL_NAMESPACE: 'ceph', TEMPORAL_API_KEY: 'k' })).toMatchObject({
      address: 'a:1',
      namespace: 'ceph',
      apiKey: 'k',
      tls: true,
    });
  });

  it('take an API key without the line break of the file that it came from', () => {
    expect(read({ TEMPORAL_API_KEY: 'a-key\n' }).apiKey).toBe('a-key');
  });

  const mistakes: [string, () => Record<string, string>, RegExp][] = [
    [
      'a certificate without its key',
      () => path('CLIENT_CERT', 'client.crt'),
      /^TEMPORAL_TLS_CLIENT_CERT_PATH \(or _DATA\) is set without TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
    [
      'a key without its certificate',
      () => path('CLIENT_KEY', 'client.key'),
      /^TEMPORAL_TLS_CLIENT_KEY_PATH \(or _DATA\) is set without TEMPORAL_TLS_CLIENT_CERT_PATH/,
    ],
    [
      'the key of another certificate',
      () => ({ ...path('CLIENT_CERT', 'client.crt'), ...path('CLIENT_KEY', 'stranger.key') }),
      /^The private key in TEMPORAL_TLS_CLIENT_KEY_\* is not that of the certificate/,
    ],
    [
      'a file that is not there',
      () => path('SERVER_CA_CERT', 'nowhere.crt'),
      /^TEMPORAL_TLS_SERVER_CA_CERT_PATH names \S+nowhere\.crt, which cannot be read \(ENOENT\)/,
    ],
    [
      'a file that is something else',
      () => path('SERVER_CA_CERT', 'empty.crt'),
      /^TEMPORAL_TLS_SERVER_CA_CERT_PATH names \S+empty\.crt, which holds no certificate in PEM form/,
    ],
    [
      'data that is something else',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_DATA: 'x', TEMPORAL_TLS_CLIENT_KEY_DATA: 'hunter2' }),
      /^TEMPORAL_TLS_CLIENT_CERT_DATA holds no certificate in PEM form/,
    ],
  ];

  it.each(mistakes)('that can never work are refused with the name of the variable: %s', (_, environment, sentence) => {
    expect(() => read(environment())).toThrowError(sentence);
  });

  it('that are switched off are not looked at', () => {
    expect(read({ TEMPORAL_TLS: 'false', ...path('CLIENT_CERT', 'nowhere.crt') }).tls).toBe(false);
  });
});
