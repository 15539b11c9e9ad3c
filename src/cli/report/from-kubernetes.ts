import { renderDevices } from '../../console/device-table.ts';
import { SYSTEM_NAMESPACE } from '../../contract/names.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import type { CommandContext } from '../context.ts';
import { DISK_REPORT_SELECTOR, diskReports } from '../disk-reports.ts';
import type { KubernetesPort } from '../kubernetes-port.ts';
import { attempt } from './attempt.ts';
import { containersOf, eventView, nodeView, objectView, podView } from './kubernetes-views.ts';
import type { ReportFiles } from './report-files.ts';

const LOG_LINES = 500;
const EVENTS_TOLD = 500;

/** Rook's kinds; those that a cluster does not serve have no objects. */
const DOCUMENTS = ['CephCluster', 'CephBlockPool', 'CephFilesystem', 'CephObjectStore'];

/** ConfigMaps that cephflow writes, under its own names and under Rook's. Secrets are never asked for. */
const OURS = /^(?:cephflow-|local-device-|rook-)/;

/** Nodes and cephflow's own namespace. False where the API server does not answer. */
export async function gatherKubernetes(context: CommandContext, files: ReportFiles): Promise<boolean> {
  return await attempt(files, 'What Kubernetes knows', async () => {
    const kubernetes = await context.kubernetes();
    const version = await kubernetes.serverVersion();
    files.json(['kubernetes.json'], { kubernetes: kubernetes.description, version });
    await attempt(files, 'The nodes', async () =>
      files.json(['nodes.json'], (await kubernetes.list({ apiVersion: 'v1', kind: 'Node' })).map(nodeView)),
    );
    await gatherNamespace(kubernetes, files, SYSTEM_NAMESPACE, () => true);
  });
}

/** One cluster's namespace: documents, disks, daemons and agents. */
export async function gatherCluster(context: CommandContext, files: ReportFiles, cluster: string): Promise<void> {
  const kubernetes = await context.kubernetes();
  const folder = ['clusters', cluster];
  await attempt(files, `The documents of ${cluster}`, async () => {
    for (const kind of DOCUMENTS)
      for (const document of await kubernetes.list({ apiVersion: 'ceph.rook.io/v1', kind, namespace: cluster }))
        files.json([...folder, 'documents', `${kind}.${document.metadata.name}.json`], objectView(document));
  });
  await attempt(files, `The disks of ${cluster}`, async () => {
    const selector = { namespace: cluster, labelSelector: DISK_REPORT_SELECTOR };
    const reports = diskReports(await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', ...selector }));
    files.text(
      [...folder, 'devices.txt'],
      renderDevices(
        reports.flatMap(({ rows }) => rows),
        'wide',
      ).join('\n'),
    );
    files.json([...folder, 'devices.json'], reports);
  });
  await gatherNamespace(kubernetes, files, cluster, isAgent);
}

const isAgent = ({ metadata }: KubernetesObject): boolean => metadata.labels?.['app'] === 'cephflow-agent';

async function gatherNamespace(
  kubernetes: KubernetesPort,
  files: ReportFiles,
  namespace: string,
  isOurs: (pod: KubernetesObject) => boolean,
): Promise<void> {
  const folder = namespace === SYSTEM_NAMESPACE ? ['system'] : ['clusters', namespace];
  await attempt(files, `The ConfigMaps of ${namespace}`, async () => {
    const all = await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
    const ours = all.filter(({ metadata }) => OURS.test(metadata.name));
    files.json([...folder, 'configmaps.json'], ours.map(objectView));
  });
  await attempt(files, `The events of ${namespace}`, async () => {
    const events = (await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace })).map(eventView);
    const newestFirst = events.toSorted((a, b) => b.at.localeCompare(a.at));
    files.json([...folder, 'events.json'], newestFirst.slice(0, EVENTS_TOLD));
  });
  await attempt(files, `The pods of ${namespace}`, async () => {
    const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    files.json([...folder, 'pods.json'], pods.map(podView));
    for (const pod of pods.filter(isOurs)) await gatherLogs(kubernetes, files, pod, folder);
  });
}

async function gatherLogs(
  kubernetes: KubernetesPort,
  files: ReportFiles,
  pod: KubernetesObject,
  folder: string[],
): Promise<void> {
  const { name, namespace = '' } = pod.metadata;
  for (const { name: container, restartCount = 0 } of containersOf(pod)) {
    const runs = restartCount > 0 ? (['current', 'previous'] as const) : (['current'] as const);
    for (const which of runs)
      await attempt(files, `The ${which} log of ${container} in ${namespace}/${name}`, async () => {
        const text = await kubernetes.log({ namespace, pod: name, container }, LOG_LINES, which);
        files.text([...folder, 'logs', name, `${container}.${which}.log`], text);
      });
  }
}
