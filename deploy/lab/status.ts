import { apiAnswers, apiGet } from './control-plane.ts';
import { componentNames } from './components.ts';
import { diskStates, type DiskState } from './disks.ts';
import { storedImages } from './images/store.ts';
import { addresses } from './paths.ts';
import { daemonPid } from './processes.ts';
import { nodeAddress, readLab } from './record.ts';
import { temporalServes } from './temporal-server.ts';

export type NodeStatus = { name: string; address: string; powered: 'on' | 'off'; ready: string; disks: DiskState[] };

/** What of the lab runs at this moment, read from the machine and from what serves. */
export type LabStatus = {
  components: { name: string; pid: number | undefined }[];
  apiServes: boolean;
  temporalServes: boolean;
  nodes: NodeStatus[];
  images: string[];
};

/** Undefined when there is no lab. */
export async function labStatus(): Promise<LabStatus | undefined> {
  const lab = await readLab();
  if (lab === undefined) return undefined;
  return {
    components: await Promise.all(componentNames(lab).map(async (name) => ({ name, pid: await daemonPid(name) }))),
    apiServes: await apiAnswers('/readyz'),
    temporalServes: await temporalServes(),
    nodes: await Promise.all(
      lab.nodes.map(async (node) => ({
        name: node.name,
        address: nodeAddress(node),
        powered: node.powered,
        ready: await readiness(node.name),
        disks: await diskStates(node),
      })),
    ),
    images: Object.keys(await storedImages()),
  };
}

async function readiness(node: string): Promise<string> {
  const answer = await apiGet(`/api/v1/nodes/${node}`);
  if (answer?.status !== 200) return 'unknown';
  const { status } = JSON.parse(answer.body) as { status?: { conditions?: { type: string; status: string }[] } };
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
  return ready === 'True' ? 'Ready' : 'not Ready';
}

/** The status as lines for a person. */
export function renderStatus(status: LabStatus): string {
  const dead = status.components.filter((component) => component.pid === undefined).map((component) => component.name);
  return [
    `Kubernetes  ${addresses.api}  ${status.apiServes ? 'serves' : 'does not answer'}`,
    `Temporal    ${addresses.temporal}  ${status.temporalServes ? 'serves' : 'does not answer'}  UI ${addresses.temporalUi}`,
    ...status.nodes.flatMap((node) => [
      `node ${node.name}  ${node.address}  power ${node.powered}  ${node.ready}`,
      ...node.disks.map(
        (disk) =>
          `  disk ${disk.name}  ${disk.device ?? 'not attached'}  ${(disk.sizeBytes / 1024 ** 3).toFixed(1)} GiB`,
      ),
    ]),
    `images      ${status.images.join(', ') || 'none'}`,
    dead.length === 0 ? 'every component runs' : `not running: ${dead.join(', ')} (npm run lab -- up starts them)`,
  ].join('\n');
}
