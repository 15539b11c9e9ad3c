/** A setting that must be there: a worker without it would work for the wrong cluster or host. */
export function requiredSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`The environment variable ${name} is not set; the manifests in deploy/kubernetes set it.`);
  return value;
}

/** `ALLOW_LOOP_DEVICES=true` is the lab's alone: on real hosts a loop device is somebody's file. */
export const loopDevicesAllowed = (): boolean => process.env['ALLOW_LOOP_DEVICES'] === 'true';

const TEMPORAL_SETTING = /^TEMPORAL_/;

/**
 * Temporal's settings as this worker got them, for the agents that it makes. A secret one (the API key, a TLS key, headers and the
 * codec's authorization, which hold tokens) is not copied as a value: the agents read it from the Secret `cephflow-temporal` of their
 * own namespace.
 */
export function temporalEnvironment(): { name: string; value?: string; valueFrom?: unknown }[] {
  return Object.entries(process.env)
    .filter(([name, value]) => TEMPORAL_SETTING.test(name) && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      SECRET_SETTING.test(name)
        ? { name, valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key: name } } }
        : { name, value: value ?? '' },
    );
}

const SECRET_SETTING = /API_KEY|_KEY_DATA$|GRPC_META|CODEC_AUTH/;
