import { readFileSync } from 'node:fs';

/** A setting that must be there: a worker without it would work for the wrong cluster or host. */
export function requiredSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`The environment variable ${name} is not set; the manifests in deploy/kubernetes set it.`);
  return value;
}

/** `ALLOW_LOOP_DEVICES=true` is the lab's alone: on real hosts a loop device is somebody's file. */
export const loopDevicesAllowed = (): boolean => process.env['ALLOW_LOOP_DEVICES'] === 'true';

interface AgentSetting {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

const TEMPORAL_SETTING = /^TEMPORAL_/;

/** Names a file, or a profile in one, which only this pod has. */
const CONFIGURATION_FILE = /^TEMPORAL_(CONFIG_FILE|PROFILE)$/;

/** The client certificate goes with its key, or a renewed key would meet an old certificate. */
const SECRET_SETTING = /API_KEY|CLIENT_(CERT|KEY)_DATA$|GRPC_META|CODEC_AUTH/;

/**
 * Temporal's settings as this worker got them, for the agents that it makes. A secret one (the API key, certificate and key, headers and the
 * codec's authorization, which hold tokens) is not copied as a value: the agents read it from the Secret `cephflow-temporal` of their
 * own namespace. What this worker reads from a file they get as data, because they do not have that file.
 * @throws where a configuration file is set, which agents cannot read
 */
export function temporalEnvironment(): AgentSetting[] {
  return Object.entries(process.env)
    .filter(([name, value]) => TEMPORAL_SETTING.test(name) && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value = '']) => agentSetting(name, value));
}

function agentSetting(name: string, value: string): AgentSetting {
  if (CONFIGURATION_FILE.test(name))
    throw new Error(
      `${name} is set, but agents cannot read that file; set TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_* and TEMPORAL_API_KEY instead.`,
    );
  const asData = name.replace(/_PATH$/, '_DATA');
  if (SECRET_SETTING.test(asData))
    return { name: asData, valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key: asData } } };
  return { name: asData, value: asData === name ? value : readFileSync(value, 'utf8') };
}
