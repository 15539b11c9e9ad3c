import { uuid4, workflowInfo } from '@temporalio/workflow';
import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import { bootstrapFacts, hostsOf, osdsByNode } from '../src/contract/bootstrap-facts.ts';
import {
  bootstrapContract,
  type BootstrapInput,
  type BootstrapPlan,
  type BootstrapResult,
} from '../src/contract/bootstrap.ts';
import { cephOn, ops } from './activity-profiles.ts';
import { approvedPlan } from './approved-plan.ts';
import { createOsds, unlessStuck } from './create-osds.ts';
import { lookAndPlan } from './look-and-plan.ts';
import { reportReady } from './report-ready.ts';
import { ended, finished, secondsSince } from './results.ts';
import { takeAgentsAway } from './take-agents-away.ts';
import { Runbook } from './runbook.ts';
import { startCrashCollectors } from './start-crash-collectors.ts';
import { together } from './together.ts';

/**
 * Makes the Ceph cluster that the document of the namespace asks for, or what is missing of it.
 * Until the plan is approved nothing but the agents is made, and those are taken away again. Afterwards every step finds what an
 * earlier run made and goes on from there; formatting a disk is the point of no return for that disk alone. Cancelled or aborted, it
 * lets running writes finish and says what is left.
 */
export async function bootstrap(request?: unknown): Promise<BootstrapResult> {
  const run = new Runbook(bootstrapContract, request);
  const { cluster } = run;
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const proposedFsid = uuid4();
    const decision = await approvedPlan(run, bootstrapContract.unwaivable, () => observeAndPlan(run, proposedFsid));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const approvedAt = Date.now();
    run.beginChanges(hostsOf(decision.plan));
    const figures = await makeCluster(run, decision.plan);
    const seconds = secondsSince(approvedAt);
    return {
      ...finished(run.state, `${cluster} serves: ${figures.health}, ${figures.osds} OSDs, after ${seconds} s.`),
      ...figures,
      seconds,
    };
  });
}

function observeAndPlan(run: Runbook<BootstrapInput>, proposedFsid: string): Promise<BootstrapPlan> {
  const { cluster } = run;
  return lookAndPlan(run, { from: 'document' }, ({ agents, observation, ceph }) => {
    const { nodes, findings } = agents;
    return ops.planBootstrap({ cluster, observation, nodes, ceph, proposedFsid, findings });
  });
}

/** The steps of docs/operations/bootstrap.md, in that order; what does not depend on each other goes side by side. */
async function makeCluster(run: Runbook<BootstrapInput>, plan: BootstrapPlan) {
  const { nodes } = plan;
  const made = await makeMons(run, plan, nodes);
  const { quorum, input } = made;
  const settings = quorum.then(() => applySettings(run, plan, input, nodes));
  const mgrs = startMgrs(run, input, quorum);
  const newOsds: string[] = [];
  await together([
    () => quorum,
    () => mgrs,
    () => settings,
    ...osdsByNode(plan).map(
      (group) => () => quorum.then(() => createOsds(run, input, group, { beforeStart: () => settings, newOsds })),
    ),
    () => quorum.then(() => run.optionalStep('protect-daemons', () => ops.protectDaemons(input))),
    () => Promise.all([mgrs, settings]).then(() => setUpDashboard(run, plan, input)),
    () => quorum.then(() => run.optionalStep('start-toolbox', () => ops.startToolbox(input))),
  ]);
  return verifyAndReport(run, plan, input, newOsds);
}

/** Identity first, then all mons placed and their stores made before the first one starts; `quorum` is under way when it returns. */
async function makeMons(run: Runbook<BootstrapInput>, plan: BootstrapPlan, nodes: string[]) {
  const { cluster } = run;
  // The OSDs of many hosts are long, and only the start of a host's own OSDs needs them.
  const facts = { ...bootstrapFacts(plan), osds: [] };
  const mons = plan.mons.map((mon) => mon.id);
  const { mgrs, ciphers, proposedFsid } = plan;
  const { fsid } = await run.step('make-identity', async () => {
    const expected = plan.fsid === null ? {} : ({ identity: 'there' } as const);
    const wanted = { cluster, fsid: proposedFsid, mons, mgrs, ciphers, ...expected };
    const identity = await cephOn(cluster).makeIdentity(wanted);
    await ops.rememberCluster({ cluster, facts, fsid: identity.fsid, nodes });
    return identity;
  });
  const input = { cluster, facts, fsid };
  const placed = await run.step('place-mons', () => ops.placeMons(input));
  await run.planned('start-kept-mons', () => startKeptMons(input, placed.mons, plan.startFirst ?? []));
  await together(placed.mons.map((mon) => () => makeMonStore(run, plan, fsid, placed.mons, mon)));
  const quorum = run.planned('start-mons', async () => {
    // A mon is ready only in quorum, so quorum is what is waited for; the pods only tell what holds one up.
    await unlessStuck(
      () => cephOn(cluster).untilQuorum({ cluster, mons, timeoutSeconds: QUORUM_WITHIN_SECONDS }),
      () => ops.startMons({ ...input, mons: placed.mons }),
    );
  });
  return { quorum, input };
}

/** Seconds, not minutes, where mons reach each other; the agents have pulled their image already. */
const QUORUM_WITHIN_SECONDS = 120;

/** As `start-mons`, for the mons whose stores are there. */
async function startKeptMons(input: StartDaemonsInput, placed: PlacedMon[], first: string[]): Promise<void> {
  const { cluster } = input;
  const mayLack = placed.map(({ name }) => name).filter((name) => !first.includes(name));
  await unlessStuck(
    () => cephOn(cluster).untilQuorum({ cluster, mons: first, mayLack, timeoutSeconds: QUORUM_WITHIN_SECONDS }),
    () => ops.startMons({ ...input, mons: placed.filter(({ name }) => first.includes(name)) }),
  );
}

type PlacedMon = { name: string; address: string; node: string };

async function makeMonStore(
  run: Runbook<BootstrapInput>,
  plan: BootstrapPlan,
  fsid: string,
  all: PlacedMon[],
  mon: PlacedMon,
) {
  const step = `make-mon-stores/${mon.name}`;
  const { cluster } = run;
  const { dataDir, ciphers, requireMsgr2 } = plan;
  const mons = all.map(({ name, address }) => ({ name, address }));
  const store = { cluster, mon: mon.name, fsid, mons, mgrs: plan.mgrs, dataDir, ciphers, requireMsgr2 };
  await run.planned(step, () => run.host(mon.node, step).makeMonStore(store));
}

const startMgrs = (run: Runbook<BootstrapInput>, input: StartDaemonsInput, quorum: Promise<unknown>) =>
  run.planned('start-mgrs', async () => {
    await ops.startMgrs(input);
    await quorum;
    await cephOn(run.cluster).registerMgrs({ cluster: run.cluster, mgrs: input.facts.mgrs });
    await cephOn(run.cluster).untilMgrAvailable({ cluster: run.cluster });
  });

async function applySettings(
  run: Runbook<BootstrapInput>,
  plan: BootstrapPlan,
  input: StartDaemonsInput,
  nodes: string[],
) {
  const { cluster } = run;
  await run.planned('apply-settings', async () => {
    const { findings } = await cephOn(cluster).applySettings({ cluster, settings: plan.settings });
    run.found(findings);
    await ops.rememberCluster({ ...input, nodes, appliedDocument: plan.document.hash });
  });
}

async function setUpDashboard(run: Runbook<BootstrapInput>, plan: BootstrapPlan, input: StartDaemonsInput) {
  const { cluster } = run;
  await run.optionalStep('set-up-dashboard', async () => {
    if (plan.dashboard) run.found((await cephOn(cluster).setUpDashboard({ cluster })).findings);
    const { active } = await cephOn(cluster).readActiveMgr({ cluster });
    await ops.exposeDashboard({ ...input, activeMgr: active });
  });
}

async function verifyAndReport(
  run: Runbook<BootstrapInput>,
  plan: BootstrapPlan,
  input: StartDaemonsInput,
  newOsds: string[],
) {
  const { cluster, fsid } = input;
  run.enter('verify');
  const { ciphers, mgrs, osds, cephVersion: version } = plan;
  const mons = plan.mons.map((mon) => mon.id);
  const io = osds.length === 0 ? { io: null } : {};
  const verify = run.step('verify', () =>
    cephOn(cluster).verifyCluster({
      cluster,
      operation: 'bootstrap',
      mons,
      mgrs,
      osds,
      newOsds,
      version,
      ciphers,
      ...io,
    }),
  );
  // Nothing waits for the collectors, so they start when the daemons have done so, and not in their time.
  await together([() => verify, () => startCrashCollectors(run, input)]);
  const verified = await verify;
  run.found(verified.findings);
  await run.optionalStep('watch-health', () => ops.watchHealth({ cluster }));
  const { health, versions } = verified;
  const message = `Cluster created successfully by ${workflowInfo().workflowId}`;
  await reportReady(run, { shown: plan, message, ceph: { health, fsid, version, versions } });
  return { fsid, version, health, osds: verified.osds.length };
}
