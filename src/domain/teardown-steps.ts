import type { HealthSchedule } from '../contract/health-schedule.ts';
import type { HostFacts } from '../contract/host.ts';
import type { PlanStep } from '../contract/plan.ts';
import type { OwnedDisk } from '../contract/teardown.ts';
import { formatBytes } from '../console/size.ts';
import { IDENTITY_SECRET } from './teardown-observation.ts';

export interface StepsOfTeardown {
  hosts: HostFacts[];
  workloads: string[];
  disks: OwnedDisk[];
  directories: { node: string; path: string }[];
  others: string[];
  schedule: HealthSchedule;
  agentsAdded: boolean;
}

/** The steps in the contract's order; empty where nothing of the cluster is left. */
export function teardownSteps({
  hosts,
  workloads,
  disks,
  directories,
  others,
  schedule,
  agentsAdded,
}: StepsOfTeardown): PlanStep[] {
  const nodes = hosts.map(({ node }) => node).toSorted();
  const touchesHosts = workloads.length + disks.length + directories.length > 0;
  const steps = [
    ...unwatchHealth(schedule),
    ...stopDaemons(workloads),
    ...(touchesHosts ? nodes.map(proveStopped) : []),
    ...nodes.flatMap((node) =>
      wipeDisks(
        node,
        disks.filter((disk) => disk.node === node),
      ),
    ),
    ...nodes.flatMap((node) =>
      removeDirectories(
        node,
        directories.filter((one) => one.node === node),
      ),
    ),
    ...removeObjects(others),
  ];
  const agentsAlone = steps.length === 0 && (agentsAdded || nodes.length === 0);
  return agentsAlone ? [] : [...steps, REMOVE_AGENTS];
}

export interface StepsOfKeeping {
  hosts: HostFacts[];
  workloads: string[];
  /** Objects that bootstrap makes again. */
  remade: string[];
  schedule: HealthSchedule;
  agentsAdded: boolean;
}

/** The steps that only stop; empty where nothing of the cluster runs. A person is always asked before a daemon stops. */
export function keepSteps({ hosts, workloads, remade, schedule, agentsAdded }: StepsOfKeeping): PlanStep[] {
  const nodes = hosts.map(({ node }) => node).toSorted();
  const watched = unwatchHealth(schedule);
  const acts = workloads.length + remade.length + watched.length > 0 || !(agentsAdded || nodes.length === 0);
  if (!acts) return [];
  return [
    ...watched,
    ...stopDaemons(workloads).map((step) => ({ ...step, alwaysAsk: true })),
    ...nodes.map(proveStopped),
    ...removeRemade(remade),
    REMOVE_AGENTS,
  ];
}

const removeRemade = (remade: string[]): PlanStep[] =>
  remade.length === 0
    ? []
    : [
        {
          id: 'remove-objects',
          targets: remade,
          does: `remove ${remade.length} Services and budgets, which bootstrap makes again; Secrets, mon addresses and the document stay`,
          risk: 'none',
          alwaysAsk: false,
        },
      ];

export const REMOVE_AGENTS: PlanStep = {
  id: 'remove-agents',
  targets: ['DaemonSet/cephflow-agent'],
  does: 'remove the agents, what they may do and what they wrote',
  risk: 'none',
  alwaysAsk: false,
};

/** First of all: it reads what is about to stop. */
const unwatchHealth = ({ state }: HealthSchedule): PlanStep[] =>
  state === 'missing'
    ? []
    : [
        {
          id: 'unwatch-health',
          targets: ['schedule check-health'],
          does: 'remove the schedule that looks at the cluster every minute',
          risk: 'none',
          alwaysAsk: false,
        },
      ];

function stopDaemons(workloads: string[]): PlanStep[] {
  if (workloads.length === 0) return [];
  const does = `stop ${workloads.length} Deployments: clients, then mgrs, OSDs and mons, each kind proven gone`;
  return [{ id: 'stop-daemons', targets: workloads, does, risk: 'reduces-redundancy', alwaysAsk: false }];
}

const proveStopped = (node: string): PlanStep => ({
  id: `prove-stopped/${node}`,
  targets: [node],
  does: `prove on ${node} that no daemon of the cluster runs any more`,
  risk: 'none',
  alwaysAsk: false,
});

function wipeDisks(node: string, disks: OwnedDisk[]): PlanStep[] {
  if (disks.length === 0) return [];
  const named = disks.map(
    ({ path, id, osdId, sizeBytes }) =>
      `${path} (${osdId === null ? '' : `osd.${osdId}, `}${id}, ${formatBytes(sizeBytes)})`,
  );
  const does = `wipe ${named.join(', ')} of ${node} and read back every place of a label`;
  return [
    destroying(
      `wipe-disks/${node}`,
      disks.map(({ id }) => `${node}:${id}`),
      does,
    ),
  ];
}

function removeDirectories(node: string, directories: { path: string }[]): PlanStep[] {
  if (directories.length === 0) return [];
  const paths = directories.map(({ path }) => path);
  return [
    destroying(
      `remove-directories/${node}`,
      paths.map((path) => `${node}:${path}`),
      `remove ${paths.join(', ')} of ${node}`,
    ),
  ];
}

function removeObjects(others: string[]): PlanStep[] {
  if (others.length === 0) return [];
  const does = `remove ${others.length} Services, budgets, ConfigMaps and Secrets; the document stays`;
  // The identity Secret holds the only keys: a disk that was not wiped (its host is away) is unreadable without them.
  if (others.includes(IDENTITY_SECRET)) return [destroying('remove-objects', others, does)];
  return [{ id: 'remove-objects', targets: others, does, risk: 'none', alwaysAsk: false }];
}

const destroying = (id: string, targets: string[], does: string): PlanStep => ({
  id,
  targets,
  does,
  risk: 'destroys-data',
  alwaysAsk: true,
});
