import { isDeepStrictEqual } from 'node:util';
import type { CephClusterSpec } from '../spec/ceph-cluster.ts';
import { DEFAULT_ROTATION, logRotation, type LogRotation } from '../spec/log-rotation.ts';
import { clusterLabels } from './labels.ts';
import { NAMES } from './names.ts';
import type { KubernetesObject } from './object.ts';

type Data = Record<string, string>;

/** What the agents rotate log files by, as the document said when its settings were applied. */
const dataFor = (spec: Pick<CephClusterSpec, 'logCollector'>): Data => ({
  logToFile: String(spec.logCollector.enabled),
  ...Object.fromEntries(Object.entries(logRotation(spec)).map(([key, value]) => [key, String(value)])),
});

export const logFilesConfig = (namespace: string, spec: Pick<CephClusterSpec, 'logCollector'>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAMES.logFiles, namespace, labels: clusterLabels(namespace, NAMES.logFiles) },
  data: dataFor(spec),
});

/** Daemons of this cluster were told to log into files. */
export const logsToFiles = (data: Data | undefined): boolean => data?.['logToFile'] === 'true';

/** Whether the cluster logs as the document asks. Where it never logged into files, nothing needs to be written down. */
export const logsAsAsked = (spec: Pick<CephClusterSpec, 'logCollector'>, data: Data | undefined): boolean =>
  isDeepStrictEqual(data, dataFor(spec)) || (!spec.logCollector.enabled && !logsToFiles(data));

/** The rotation that was written down, and the default where none was: a log file is never left to grow. */
export const rotationIn = (data: Data = {}): LogRotation => ({
  everySeconds: Number(data['everySeconds']) || DEFAULT_ROTATION.everySeconds,
  maxSizeBytes: Number(data['maxSizeBytes']) || DEFAULT_ROTATION.maxSizeBytes,
});
