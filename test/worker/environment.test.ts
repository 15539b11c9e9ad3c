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
});
