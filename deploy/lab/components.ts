import { untilApiReady } from './control-plane.ts';
import { nodeComponents, untilNodeReady } from './node.ts';
import { nodeOf, requireLab, type LabRecord } from './record.ts';
import { daemonRuns, startRecorded, stopDaemon } from './processes.ts';
import { LabRefusal } from './refusal.ts';
import { untilTemporalServes } from './temporal-server.ts';

const controlComponents = [
  'etcd',
  'apiserver',
  'controller-manager',
  'scheduler',
  'temporal',
  'temporal-api',
  'temporal-ui',
] as const;

/** Every program of the lab that a fault test can kill: `apiserver`, `temporal`, ..., `n1-kubelet`, `n1-containerd`, ... */
export function componentNames(lab: LabRecord): string[] {
  const ofNodes = lab.nodes.flatMap((node) => nodeComponents.map((component) => `${node.name}-${component}`));
  return [...controlComponents, ...ofNodes];
}

/** Kills a component with SIGKILL, and returns when it is gone. Harmless when it is gone already. */
export async function killComponent(name: string): Promise<void> {
  await requireComponent(name);
  await stopDaemon(name, 'SIGKILL');
}

/** Starts a killed component with the arguments it had, and returns when it serves again. Harmless when it runs. */
export async function restartComponent(name: string): Promise<void> {
  const lab = await requireComponent(name);
  const since = new Date();
  const ran = await daemonRuns(name);
  await startRecorded(name);
  if (name === 'etcd' || name === 'apiserver') await untilApiReady();
  if (name === 'temporal') await untilTemporalServes();
  const node = lab.nodes.find((candidate) => name === `${candidate.name}-kubelet`);
  if (node !== undefined && !ran) await untilNodeReady(nodeOf(lab, node.name), since);
}

async function requireComponent(name: string): Promise<LabRecord> {
  const lab = await requireLab();
  const names = componentNames(lab);
  if (!names.includes(name)) throw new LabRefusal(`The lab has no component "${name}", only ${names.join(', ')}.`);
  return lab;
}
