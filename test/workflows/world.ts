import { Context } from '@temporalio/activity';
import type {
  AgentActivities,
  BootstrapActivities,
  ObserveActivities,
} from '../../src/contract/bootstrap-activities.ts';
import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import type { CephActivities, HostDiskActivities, HostProbeActivities } from '../../src/contract/ceph-activities.ts';
import type { Holder, OperationActivities } from '../../src/contract/exclusion.ts';
import type { HealthLookActivities, HealthReportActivities } from '../../src/contract/check-health-activities.ts';
import type { NoticeActivities } from '../../src/contract/notice.ts';
import type { OsdObjectActivities } from '../../src/contract/osd-activities.ts';
import type { ScheduleActivities } from '../../src/contract/health-schedule.ts';
import type { HostWaitActivities } from '../../src/contract/host-activities.ts';
import type { TeardownActivities } from '../../src/contract/teardown-activities.ts';
import type { RemoveDiskPlan } from '../../src/contract/remove-disk.ts';
import type { ReplaceDiskPlan, SwapPlan } from '../../src/contract/replace-disk.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { osdAnswers } from './osd-answers.ts';
import { judgeCluster } from '../../src/domain/health-run.ts';
import { failure } from '../../src/errors.ts';
import { aHealthyCluster, healthyCeph } from '../builders/health-observation.ts';
import type { AddDiskPlan } from '../../src/contract/add-disk.ts';
import { anAddDiskPlan, anAddNodePlan, aRemoveDiskPlan, aReplaceDiskPlan, aSwapPlan } from './osd-plans.ts';
import { aBootstrapPlan, aKeepPlan, aTeardownPlan } from './plans.ts';

export type Activities = AgentActivities &
  BootstrapActivities &
  NoticeActivities &
  OsdObjectActivities &
  TeardownActivities &
  OperationActivities &
  HostWaitActivities &
  ScheduleActivities &
  HealthLookActivities &
  HealthReportActivities &
  CephActivities &
  HostProbeActivities &
  ObserveActivities &
  HostDiskActivities;
type Name = keyof Activities;
type Answer<N extends Name> = (...input: Parameters<Activities[N]>) => unknown;
type Answers = { [N in Name]: Answer<N> };

/** Lets a test look while an activity is under way. */
export interface Held {
  /** Resolves when the activity has begun. */
  entered: Promise<void>;
  release: () => void;
}

/** One cluster's outside: hosts, Ceph and the API server, in as far as workflows can see them. Writes down what was asked of it. */
export class World {
  readonly cluster: string;
  readonly nodes: string[];
  readonly calls: string[] = [];
  agents: 'absent' | 'added' | 'there' = 'absent';
  holder: { workflowId: string } | undefined;
  bootstrapPlan: BootstrapPlan;
  addDiskPlan: AddDiskPlan;
  addNodePlan: AddDiskPlan;
  removeDiskPlan: RemoveDiskPlan;
  replaceDiskPlan: ReplaceDiskPlan;
  swapPlan: SwapPlan;
  teardownPlan: TeardownPlan;
  keepPlan: TeardownPlan;
  private readonly answers: Answers;

  constructor(cluster: string, nodes: string[]) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.bootstrapPlan = aBootstrapPlan(cluster, nodes);
    this.addDiskPlan = anAddDiskPlan(cluster, nodes);
    this.addNodePlan = anAddNodePlan(cluster, nodes);
    this.removeDiskPlan = aRemoveDiskPlan(cluster, nodes);
    this.replaceDiskPlan = aReplaceDiskPlan(cluster, nodes);
    this.swapPlan = aSwapPlan(cluster, nodes);
    this.teardownPlan = aTeardownPlan(cluster, nodes);
    this.keepPlan = aKeepPlan(cluster, nodes);
    this.answers = answersOf(this);
  }

  async act(name: string, input: unknown): Promise<unknown> {
    const { taskQueue } = Context.current().info;
    const host = /^(?:disk|probe)\.[^.]+\.(.+)$/.exec(taskQueue)?.[1];
    this.calls.push(host === undefined ? name : `${name}@${host}`);
    const answer = this.answers[name as Name] as (value: unknown) => unknown;
    return answer(input);
  }

  /** How often it was asked, on any host. */
  count(name: Name): number {
    return this.calls.filter((call) => call.split('@')[0] === name).length;
  }

  /** The first calls of each kind, in the order in which they were made. */
  order(...names: Name[]): string[] {
    return this.calls.filter((call) => names.includes(call.split('@')[0] as Name));
  }

  on<N extends Name>(name: N, answer: (...input: Parameters<Activities[N]>) => unknown): void {
    (this.answers as Record<Name, unknown>)[name] = answer;
  }

  /** Fails the given number of times, then answers as before. */
  failing(name: Name, times: number, error: () => Error): void {
    const before = this.answers[name] as (value: unknown) => unknown;
    let left = times;
    (this.answers as Record<Name, unknown>)[name] = (input: unknown) => {
      if (left-- > 0) throw error();
      return before(input);
    };
  }

  /** Every activity does its work the first time and loses its answer, as when its worker is killed right then. */
  losingEveryFirstAnswer(): void {
    for (const name of Object.keys(this.answers) as Name[]) {
      const before = this.answers[name] as (value: unknown) => unknown;
      const lost = new Set<string>();
      (this.answers as Record<Name, unknown>)[name] = async (input: unknown) => {
        const answer = await before(input);
        const { activityId } = Context.current().info;
        if (lost.has(activityId)) return answer;
        lost.add(activityId);
        throw failure('COMMAND_FAILED', `the answer of ${name} got lost`);
      };
    }
  }

  /** Stops inside the next call until it is released; a cancel of the operation lets it finish as a running write does. */
  holding(name: Name): Held {
    const before = this.answers[name] as (value: unknown) => unknown;
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    (this.answers as Record<Name, unknown>)[name] = async (input: unknown) => {
      enter();
      await released;
      return before(input);
    };
    return { entered, release };
  }
}

const READY = { up: [0], already: false };

function answersOf(world: World): Answers {
  const { cluster } = world;
  const changed = () => ({ already: false });
  return {
    ...osdAnswers(world),
    installAgents: () => {
      world.agents = world.agents === 'absent' ? 'added' : world.agents;
      return { added: world.agents === 'added', nodes: world.nodes, dataDir: '/var/lib/rook', findings: [] };
    },
    untilAgentsAnswer: changed,
    removeAddedAgents: () => {
      const added = world.agents === 'added';
      if (added) world.agents = 'absent';
      return { already: !added };
    },
    observeHost: () => ({ node: 'n1', disks: 1, leftovers: 0 }),
    requireNoDaemons: changed,
    readHost: unexpected('readHost'),
    findDaemons: unexpected('findDaemons'),
    readClusterState: () => ({ reachable: false, reason: 'there is none yet', fsid: null }),
    planBootstrap: () => world.bootstrapPlan,
    showDisks: () => undefined,
    planTeardown: () => world.teardownPlan,
    planKeep: () => world.keepPlan,
    rememberKept: changed,
    removeRemadeObjects: () => ({ removed: [], already: false }),
    showStopped: changed,
    takeOperation: ({ workflowId }) => {
      const holder = world.holder;
      if (holder !== undefined && holder.workflowId !== workflowId)
        return { taken: false, holder: aHolder(holder.workflowId), because: `held by ${holder.workflowId}` };
      world.holder = { workflowId };
      return { taken: true, already: holder !== undefined };
    },
    untilOperationTaken: ({ workflowId }) => {
      if (world.holder !== undefined && world.holder.workflowId !== workflowId)
        throw failure('OPERATION_HELD', `${cluster} is held by ${world.holder.workflowId}`);
      world.holder = { workflowId };
      return { taken: true, already: false };
    },
    yieldOperation: ({ workflowId }) => {
      // Whoever is let in takes the place of the one that waits.
      if (world.holder?.workflowId === workflowId) world.holder = undefined;
      return { already: false };
    },
    releaseOperation: ({ workflowId }) => {
      if (world.holder?.workflowId === workflowId) world.holder = undefined;
      return { already: false };
    },
    readOperations: () => [],
    noteAwaiting: changed,
    makeIdentity: ({ fsid }) => ({ fsid, already: false }),
    rememberCluster: changed,
    placeMons: () => ({
      mons: world.bootstrapPlan.mons.map(({ id, node }) => ({ name: id, node, address: '10.96.0.9' })),
      already: false,
    }),
    makeMonStore: ({ mon }) => ({ mon, path: `/var/lib/rook/mon-${mon}/data`, already: false }),
    startMons: changed,
    untilQuorum: ({ mons }) => ({ fsid: world.bootstrapPlan.proposedFsid, mons, leader: mons[0] }),
    startMgrs: changed,
    registerMgrs: changed,
    untilMgrAvailable: () => ({ available: true, active: 'a', standbys: [] }),
    readActiveMgr: () => ({ available: true, active: 'a', standbys: [] }),
    applySettings: ({ settings }) => ({ changed: settings, already: false, findings: [] }),
    createOsd: ({ osdUuid }) => ({ osdId: 0, osdUuid, already: false }),
    startOsds: changed,
    untilOsdPodsReady: changed,
    untilOsdsUp: () => READY,
    protectDaemons: changed,
    setUpDashboard: () => ({ enabled: true, already: false, url: null, findings: [] }),
    exposeDashboard: changed,
    startToolbox: changed,
    makeCrashKey: changed,
    startCrashCollectors: changed,
    verifyCluster: ({ osds, version }) => ({
      fsid: world.bootstrapPlan.proposedFsid,
      quorum: ['a'],
      activeMgr: 'a',
      osds: osds.map(({ osdUuid, node }, id) => ({ id, uuid: osdUuid, host: node, deviceClass: 'hdd' })),
      version,
      health: 'HEALTH_OK',
      findings: [],
      io: null,
    }),
    writeStatus: changed,
    stopDaemons: () => ({ stopped: [], already: false }),
    wipeOwnDisk: ({ disk }) => ({ id: disk.id, already: false }),
    wipeNewDisk: ({ disk }) => ({ id: disk.id, already: false }),
    removeHostDirectories: () => ({ removed: [], already: false }),
    removeObjects: () => ({ removed: [], already: false }),
    removeAgents: () => {
      world.agents = 'absent';
      return { removed: [], already: false };
    },
    rememberOwed: changed,
    findSilentHosts: () => ({ silent: [] }),
    untilHostsAnswer: ({ nodes }) => ({ nodes }),
    forgetCluster: changed,
    readHealthSchedule: () => ({ state: 'running' }),
    watchHealth: changed,
    unwatchHealth: changed,
    readHealthFacts: () => healthyCeph(),
    reportHealth: ({ ceph, before }) => judgeCluster(aHealthyCluster({ cluster, ceph }), before),
  };
}

export const ACTIVITY_NAMES: string[] = Object.keys(answersOf(new World('names', ['n1'])));

function unexpected(name: string): () => never {
  return () => {
    throw new Error(`${name} is not part of these operations`);
  };
}

const aHolder = (workflowId: string): Holder => ({
  operation: 'teardown',
  target: 'somewhere',
  workflowId,
  runId: 'run',
  since: '2026-11-22T00:00:00Z',
  awaiting: 'none',
});
