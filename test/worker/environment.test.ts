import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loopDevicesAllowed, requiredSetting, temporalEnvironment } from '../../worker/environment.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('settings of a worker', () => {
  it.each([undefined, ''])('that must be there and are %j end it with the name', (value) => {
    vi.stubEnv('CLUSTER', value);
    expect(() => requiredSetting('CLUSTER')).toThrowError(/CLUSTER is not set/);
  });

  it.each([undefined, '', 'TRUE', '1', 'yes', 'false'])(
    'allow loop devices only by the word "true", not by %j',
    (value) => {
      vi.stubEnv('ALLOW_LOOP_DEVICES', value);
      expect(loopDevicesAllowed()).toBe(false);
      vi.stubEnv('ALLOW_LOOP_DEVICES', 'true');
      expect(loopDevicesAllowed()).toBe(true);
    },
  );

  it('of Temporal reach the agents, secret ones as a reference and never as a value', () => {
    vi.stubEnv('TEMPORAL_ADDRESS', 'temporal:7233');
    vi.stubEnv('TEMPORAL_API_KEY', 'hunter2-api');
    vi.stubEnv('TEMPORAL_TLS_CLIENT_KEY_DATA', 'hunter2-tls');
    vi.stubEnv('OTHER', 'x');
    const passed = temporalEnvironment();
    expect(JSON.stringify(passed)).not.toContain('hunter2');
    expect(passed).toContainEqual({ name: 'TEMPORAL_ADDRESS', value: 'temporal:7233' });
    expect(passed).toContainEqual({
      name: 'TEMPORAL_API_KEY',
      valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key: 'TEMPORAL_API_KEY' } },
    });
    expect(passed.filter(({ name }) => !name.startsWith('TEMPORAL_'))).toEqual([]);
  });

  it.each(['TEMPORAL_GRPC_META_AUTHORIZATION', 'TEMPORAL_GRPC_META', 'TEMPORAL_CODEC_AUTH'])(
    'that hold a token never become a value of a DaemonSet: %s',
    (name) => {
      vi.stubEnv(name, 'Bearer hunter2');
      expect(temporalEnvironment()).toContainEqual({
        name,
        valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key: name } },
      });
    },
  );

  it('that name a file become data for the agents, which do not have it: the certificate goes with its key', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cephflow-settings-')), 'ca.crt');
    await writeFile(file, 'an authority');
    vi.stubEnv('TEMPORAL_TLS_SERVER_CA_CERT_PATH', file);
    vi.stubEnv('TEMPORAL_TLS_CLIENT_CERT_PATH', '/only/here/tls.crt');
    vi.stubEnv('TEMPORAL_TLS_CLIENT_KEY_PATH', '/only/here/tls.key');
    const passed = temporalEnvironment();
    const fromSecret = (key: string) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key } },
    });
    expect(passed).toContainEqual({ name: 'TEMPORAL_TLS_SERVER_CA_CERT_DATA', value: 'an authority' });
    expect(passed).toContainEqual(fromSecret('TEMPORAL_TLS_CLIENT_CERT_DATA'));
    expect(passed).toContainEqual(fromSecret('TEMPORAL_TLS_CLIENT_KEY_DATA'));
    expect(passed.filter(({ name }) => name.endsWith('_PATH'))).toEqual([]);
    await rm(dirname(file), { recursive: true });
  });

  it.each(['TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'])(
    'that lie in a file of this pod alone are refused: %s',
    (name) => {
      vi.stubEnv(name, 'somewhere');
      expect(() => temporalEnvironment()).toThrowError(
        new RegExp(`^${name} is set, but agents cannot read that file; set`),
      );
    },
  );
});
