import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { addresses, labPaths } from '../lab/paths.ts';
import { CommandFailed, kubectl } from './kubectl.ts';

const NAMESPACE = 'cephflow-system';
const BASE = join(import.meta.dirname, '../kubernetes');
/** From an image that is in the node to a worker that polls, on two busy cores. */
const READY_WITHIN_SECONDS = 180;

export interface Workers {
  image: string;
  /** `refused` shows what an operation does on hosts that nobody declared to be a lab. */
  loopDevices: 'allowed' | 'refused';
}

/**
 * Applies deploy/kubernetes with this image and the lab's Temporal, as an overlay of one's own would, and returns when every replica
 * polls. Repeating it without a change does nothing.
 */
export async function installWorkers(workers: Workers): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '--kustomize', await writeOverlay(workers)]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd/cephclusters.ceph.rook.io']);
  await untilOpsWorkersReady();
}

/** Replaces the pods of the ops workers: the kubelet lets one that was killed often wait for minutes before it starts it again. */
export async function replaceOpsWorkers(): Promise<void> {
  await kubectl(['--namespace', NAMESPACE, 'delete', 'pods', '--selector', 'app=cephflow-ops']);
  await untilOpsWorkersReady();
}

async function untilOpsWorkersReady(): Promise<void> {
  try {
    const timeout = `--timeout=${READY_WITHIN_SECONDS}s`;
    await kubectl(['--namespace', NAMESPACE, 'rollout', 'status', 'deployment/cephflow-ops', timeout], {
      timeoutSeconds: READY_WITHIN_SECONDS + 10,
    });
  } catch (cause) {
    throw new CommandFailed(`The ops workers did not become ready: ${await lastWords()}`, { cause });
  }
}

async function writeOverlay({ image, loopDevices }: Workers): Promise<string> {
  const folder = join(labPaths().state, 'overlay');
  await mkdir(folder, { recursive: true });
  const env = [
    { name: 'CEPHFLOW_IMAGE', value: image },
    { name: 'ALLOW_LOOP_DEVICES', value: String(loopDevices === 'allowed') },
  ];
  const overlay = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    // kustomize takes no absolute path.
    resources: [relative(folder, BASE)],
    patches: [
      {
        patch: stringify(
          named('v1', 'ConfigMap', 'cephflow-temporal', { data: { TEMPORAL_ADDRESS: addresses.temporal } }),
        ),
      },
      {
        patch: stringify(
          named('apps/v1', 'Deployment', 'cephflow-ops', {
            spec: { template: { spec: { containers: [{ name: 'ops', image, env }] } } },
          }),
        ),
      },
    ],
  };
  await writeFile(join(folder, 'kustomization.yaml'), stringify(overlay));
  return folder;
}

const named = (apiVersion: string, kind: string, name: string, rest: object): object => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACE },
  ...rest,
});

async function lastWords(): Promise<string> {
  const pods = await kubectl(['--namespace', NAMESPACE, 'get', 'pods', '--no-headers']);
  const log = await kubectl(['--namespace', NAMESPACE, 'logs', 'deployment/cephflow-ops', '--tail=3']).catch(
    () => 'no log yet',
  );
  return [...pods.trim().split('\n'), ...log.trim().split('\n')].join(' | ');
}
