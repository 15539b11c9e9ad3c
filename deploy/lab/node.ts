import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { killCgroup, makeNodeCgroup, removeCgroup } from './cgroups.ts';
import { apiGet, kubeconfigOf } from './control-plane.ts';
import { attachDisk } from './disks.ts';
import { fillNodeStore } from './images/store.ts';
import { makeMountPoints } from './made-directories.ts';
import { enterNode, isPinned, mountPins, pinNamespaces, unpinNamespaces } from './namespaces.ts';
import { connectNode, disconnectNode } from './network.ts';
import { nodeDirectories, writeNodeFiles } from './node-files.ts';
import { mountNode } from './node-mounts.ts';
import { labPaths } from './paths.ts';
import { ensureKubeconfig } from './pki.ts';
import { daemonRuns, startDaemon, startFailure } from './processes.ts';
import { nodeAddress, nodeDirectory, nodeSocket, nodeStore, type LabNode } from './record.ts';
import { succeeds } from './run.ts';
import { until } from './until.ts';

/** What a node is made of, in the order of their start. Names of its daemons are `n1-containerd` and so on. */
export const nodeComponents = ['containerd', 'kubelet', 'proxy'] as const;

/** Makes what all nodes need of the machine. Idempotent; before several nodes are started side by side it comes once. */
export async function prepareForNodes(): Promise<void> {
  await makeMountPoints(nodeDirectories.map((one) => one.seenAt));
  await mountPins();
}

/**
 * Powers a node on, or brings back what of it has died. Idempotent. Does not wait for Ready.
 * Returns the time from which on a heartbeat of the node counts as news.
 */
export async function startNodeMachine(node: LabNode): Promise<Date> {
  const since = (await daemonRuns(`${node.name}-kubelet`)) ? new Date(0) : new Date();
  await makeNodeCgroup(node.name);
  await ensureKubeconfig(kubeconfigOf(node.name), { name: `system:node:${node.name}`, groups: ['system:nodes'] });
  if (!(await isPinned(node.name))) await furnishNode(node);
  await startNodeDaemons(node);
  return since;
}

/**
 * Cuts a node's power: every process of it is killed at once, memory is lost, disks and system
 * directories stay. Its container store is made anew at its next start, with the images that the lab then has. Idempotent.
 */
export async function stopNodeMachine(node: LabNode): Promise<void> {
  await killCgroup(node.name);
  await disconnectNode(node);
  await unpinNamespaces(node.name);
  await removeCgroup(node.name);
  await rm(nodeSocket(node.name), { force: true });
  await rm(nodeStore(node.name), { recursive: true, force: true });
}

async function furnishNode(node: LabNode): Promise<void> {
  // What a crash or a reboot of the machine left of this node would be in the way.
  await stopNodeMachine(node);
  await makeNodeCgroup(node.name);
  for (const disk of node.disks) await attachDisk(node.name, disk);
  await writeNodeFiles(node);
  await fillNodeStore(node.name);
  await pinNamespaces(node.name);
  await connectNode(node);
  await mountNode(node);
}

async function startNodeDaemons(node: LabNode): Promise<void> {
  const directory = nodeDirectory(node.name);
  const enter = enterNode(node.name);
  const program = (name: string): string => join(labPaths().programs.kubernetes, name);
  const daemon = (name: string, command: string[]): Promise<void> =>
    startDaemon({ name: `${node.name}-${name}`, owner: node.name, command, enter });
  await daemon('containerd', ['containerd', '--config', join(directory, 'containerd.toml')]);
  await untilContainerdAnswers(node.name);
  await daemon('proxy', [
    program('kube-proxy'),
    `--config=${directory}/proxy.json`,
    `--hostname-override=${node.name}`,
  ]);
  await daemon('kubelet', [
    program('kubelet'),
    `--config=${directory}/kubelet.json`,
    `--kubeconfig=${kubeconfigOf(node.name)}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${nodeAddress(node)}`,
    `--cert-dir=${directory}/pki`,
    '--v=1',
  ]);
}

async function untilContainerdAnswers(node: string): Promise<void> {
  const name = `${node}-containerd`;
  await until(`${name} answers`, 30, async () => {
    if (!(await daemonRuns(name))) throw await startFailure(name);
    return existsSync(nodeSocket(node)) && succeeds('ctr', ['--address', nodeSocket(node), 'version']);
  });
}

/** Waits until Kubernetes says that a node is Ready, by a heartbeat that is newer than `since`. */
export async function untilNodeReady(node: LabNode, since: Date): Promise<void> {
  await until(`node ${node.name} is Ready`, 90, async () => {
    const kubelet = `${node.name}-kubelet`;
    if (!(await daemonRuns(kubelet))) throw await startFailure(kubelet);
    return (await nodeCondition(node.name, since)) === 'True';
  });
}

type NodeObject = { status?: { conditions?: { type: string; status: string; lastHeartbeatTime: string }[] } };

async function nodeCondition(node: string, since: Date): Promise<string | undefined> {
  const answer = await apiGet(`/api/v1/nodes/${node}`);
  if (answer?.status !== 200) return undefined;
  const conditions = (JSON.parse(answer.body) as NodeObject).status?.conditions ?? [];
  const ready = conditions.find((condition) => condition.type === 'Ready');
  // Kubernetes' time stamps have whole seconds.
  const fresh = ready !== undefined && Date.parse(ready.lastHeartbeatTime) >= Math.floor(since.getTime() / 1000) * 1000;
  return fresh ? ready.status : undefined;
}
