import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { labPaths, network } from './paths.ts';
import { ensureKubeconfig, ensurePki, pkiFile } from './pki.ts';
import { daemonRuns, startDaemon, startFailure, type Daemon } from './processes.ts';
import { until } from './until.ts';

// Not etcd's own ports, which another etcd of this machine may have; not the bridge, where pods would reach it.
const etcdUrl = 'http://127.0.0.1:42379';
const etcdPeerUrl = 'http://127.0.0.1:42380';

/** Starts etcd, API server, controller manager and scheduler, each unless it runs. Returns when all are ready. */
export async function startControlPlane(): Promise<void> {
  await ensurePki();
  await ensureKubeconfig(labPaths().kubeconfig, { name: 'lab-admin', groups: ['system:masters'] });
  await ensureKubeconfig(kubeconfigOf('controller-manager'), { name: 'system:kube-controller-manager', groups: [] });
  await ensureKubeconfig(kubeconfigOf('scheduler'), { name: 'system:kube-scheduler', groups: [] });
  await ensureKubeconfig(kubeconfigOf('proxy'), { name: 'system:kube-proxy', groups: [] });
  await startDaemon(etcd());
  await startDaemon(apiServer());
  await untilApiReady();
  // Only now: both end at once when the built-in roles are not there yet.
  await startDaemon(controllerManager());
  await startDaemon(scheduler());
}

/** Waits until the API server says that it is ready to serve. */
export async function untilApiReady(): Promise<void> {
  await until('the API server is ready', 90, async () => {
    for (const name of ['etcd', 'apiserver']) if (!(await daemonRuns(name))) throw await startFailure(name);
    return apiAnswers('/readyz');
  });
}

/** True when the API server answers a GET of this path with 200. */
export async function apiAnswers(path: string): Promise<boolean> {
  return (await apiGet(path))?.status === 200;
}

type Answer = { status: number; body: string };

/** One GET as the lab's administrator; undefined when nothing answers. */
export async function apiGet(path: string): Promise<Answer | undefined> {
  return ask('GET', path);
}

/** One DELETE as the lab's administrator. What is gone already is no error. */
export async function apiDelete(path: string): Promise<void> {
  const answer = await ask('DELETE', path);
  if (answer !== undefined && (answer.status < 300 || answer.status === 404)) return;
  throw new Error(`The API server did not delete ${path} but answered ${answer?.status ?? 'nothing'}.`);
}

async function ask(method: 'GET' | 'DELETE', path: string): Promise<Answer | undefined> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'client-lab-admin.crt', 'client-lab-admin.key'].map((name) =>
      readFile(pkiFile(name)).catch(() => undefined),
    ),
  );
  if (ca === undefined || cert === undefined || key === undefined) return undefined;
  return new Promise((resolve) => {
    const options = {
      method,
      host: network.machineAddress,
      port: network.apiPort,
      path,
      ca,
      cert,
      key,
      timeout: 5000,
      agent: false,
    };
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.on('error', () => resolve(undefined));
    });
    asked.on('error', () => resolve(undefined));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}

export function kubeconfigOf(component: string): string {
  return join(labPaths().state, `${component}.kubeconfig`);
}

function program(name: string): string {
  return join(labPaths().programs.kubernetes, name);
}

function control(name: string, command: string[]): Daemon {
  return { name, owner: 'control', command, enter: [] };
}

function etcd(): Daemon {
  return control('etcd', [
    program('etcd'),
    `--data-dir=${join(labPaths().state, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${etcdPeerUrl}`,
    `--initial-advertise-peer-urls=${etcdPeerUrl}`,
    `--initial-cluster=default=${etcdPeerUrl}`,
    '--log-level=warn',
    // A lab outlives kills of its processes, not a power cut of the machine.
    '--unsafe-no-fsync',
  ]);
}

function apiServer(): Daemon {
  return control('apiserver', [
    program('kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    `--bind-address=${network.machineAddress}`,
    `--advertise-address=${network.machineAddress}`,
    `--secure-port=${network.apiPort}`,
    `--tls-cert-file=${pkiFile('apiserver.crt')}`,
    `--tls-private-key-file=${pkiFile('apiserver.key')}`,
    `--client-ca-file=${pkiFile('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--service-account-key-file=${pkiFile('service-accounts.key')}`,
    `--service-account-signing-key-file=${pkiFile('service-accounts.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${network.serviceRange}`,
    `--kubelet-client-certificate=${pkiFile('apiserver-kubelet.crt')}`,
    `--kubelet-client-key=${pkiFile('apiserver-kubelet.key')}`,
    // Node names do not resolve on the machine; without this exec and logs would fail.
    '--kubelet-preferred-address-types=InternalIP',
    `--cert-dir=${pkiFile('generated')}`,
    '--profiling=false',
  ]);
}

function controllerManager(): Daemon {
  return control('controller-manager', [
    program('kube-controller-manager'),
    ...clientOfApi('controller-manager'),
    `--service-account-private-key-file=${pkiFile('service-accounts.key')}`,
    `--root-ca-file=${pkiFile('ca.crt')}`,
    '--use-service-account-credentials=true',
    `--service-cluster-ip-range=${network.serviceRange}`,
    // Its default is a directory of the machine, which it would make.
    `--flex-volume-plugin-dir=${join(labPaths().state, 'volume-plugins')}`,
  ]);
}

function scheduler(): Daemon {
  return control('scheduler', [program('kube-scheduler'), ...clientOfApi('scheduler')]);
}

function clientOfApi(component: string): string[] {
  const file = kubeconfigOf(component);
  return [
    `--kubeconfig=${file}`,
    `--authentication-kubeconfig=${file}`,
    `--authorization-kubeconfig=${file}`,
    `--bind-address=${network.machineAddress}`,
    '--leader-elect=false',
    `--cert-dir=${pkiFile('generated')}`,
  ];
}
