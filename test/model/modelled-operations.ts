import { drainOsd, undrainOsd } from '../../activities/osds/drain-osd.ts';
import { holdData, moveData, placeHost, putBack, readHeld } from '../../activities/osds/hold-data.ts';
import { purgeOsd } from '../../activities/osds/purge-osd.ts';
import { readSettledLayout } from '../../activities/osds/read-settled-layout.ts';
import { readRemoved, rememberRemoved } from '../../activities/osds/removed-disks.ts';
import { destroyOsd, inOsd, outOsd, weighOsd } from '../../activities/osds/replace-osd.ts';
import { untilOsdsIn } from '../../activities/osds/until-osds-in.ts';
import { untilSafeToDestroy } from '../../activities/osds/until-safe-to-destroy.ts';
import { untilSettled } from '../../activities/osds/until-settled.ts';
import { readOsds } from '../../src/ceph/read-osds.ts';
import type { PlannedOsd } from '../../src/contract/bootstrap.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { planAddNode } from '../../src/domain/add-node-plan.ts';
import type { BootstrapObservation } from '../../src/domain/bootstrap-plan.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { planRemoveDisk } from '../../src/domain/remove-disk-plan.ts';
import { planReplaceDisk } from '../../src/domain/replace-disk-plan.ts';
import {
  aFinishedCluster,
  aPlannedHost,
  monStoreOf,
  NODES,
  runningCluster,
} from '../builders/bootstrap-observation.ts';
import { FSID } from '../domain/disk-facts-builder.ts';
import { runningCeph } from '../domain/teardown-observation-builder.ts';
import { ModelledRun, type Ending, type Trouble } from './modelled-run.ts';
import { TIB, type ModelledWorld } from './modelled-world.ts';

const cluster = 'rook-ceph';

/** What both operations plan with. The second look after the lock is left out: it only asks again. */
async function look(run: ModelledRun, world: ModelledWorld, osd: number) {
  const { deps } = run;
  const [layout, osds] = await run.activity('readLayout', async () => [
    await readSettledLayout(deps, { cluster, osd }),
    (await readOsds(await run.session())).osds,
  ]);
  const { facts: hosts, deployments, kubernetes } = world;
  const removed = await readRemoved(kubernetes, cluster);
  const ceph = runningCeph({ fsid: FSID, osds });
  return { cluster, fsid: FSID, dataDir: '/var/lib/rook', hosts, ceph, layout, deployments, removed };
}

/** Ends the run where a person would reject its plan: what blocks it is never waived, and nothing is ever forced. */
function requireUnblocked(run: ModelledRun, { findings }: Plan): void {
  const blocking = findings.find(({ code, severity }) => severity === 'blocking' || code === 'FORCED_DESTROY');
  if (blocking !== undefined) run.reject(blocking.code);
}

const HANDS_SECONDS = 90;

/** Mirrors workflows/remove-disk.ts, cleanOsd included. */
export function removeDisk(world: ModelledWorld, id: number, trouble: Trouble): Promise<Ending> {
  const run = new ModelledRun(world, trouble);
  const { deps } = run;
  return run.toItsEnd(async () => {
    const plan = planRemoveDisk({ ...(await look(run, world, id)), osd: id, wipe: true });
    requireUnblocked(run, plan);
    if (plan.steps.length === 0) return 'nothing-to-do';
    const { uuid, bucket, node, disk } = plan.osd;
    const named = { cluster, osd: { id, uuid } };
    const planned = run.plannedBy(plan);
    let purged = false;
    run.undoUnless(
      'undrainOsd',
      () => undrainOsd(deps, named),
      () => purged,
    );
    await planned('drain-osd', async () => {
      await run.activity('drainOsd', () => drainOsd(deps, named));
      await run.activity('untilSafeToDestroy', () => untilSafeToDestroy(deps, named));
    });
    await planned('stop-osd', () => run.outside('stopOsd', () => world.stop({ id, uuid })));
    const removed = { node, disk: disk?.id ?? null, osdId: id, osdUuid: uuid };
    await planned('remember-removed', () =>
      run.activity('rememberRemoved', () => rememberRemoved(world.kubernetes, cluster, removed)),
    );
    await planned('purge-osd', () => run.activity('purgeOsd', () => purgeOsd(deps, { ...named, bucket })));
    purged = true;
    await cleanUp(run, world, plan);
    await run.step(() => run.activity('untilSettled', () => untilSettled(deps, { cluster })));
    return 'done';
  });
}

interface GonePlan extends Plan {
  osd: { uuid: string; node: string | null; disk: { id: string } | null };
}

async function cleanUp(run: ModelledRun, world: ModelledWorld, plan: GonePlan): Promise<void> {
  const planned = run.plannedBy(plan);
  const { uuid, disk } = plan.osd;
  await planned('remove-directory', () => run.outside('removeOsdDirectory', () => world.removeDirectory(uuid)));
  await planned('wipe-disk', () => run.outside('wipeOwnDisk', () => world.wipe(disk?.id ?? '', uuid)));
}

/** Mirrors workflows/replace-disk.ts; hands swap the disk, and its plan is approved at once. */
export function replaceDisk(world: ModelledWorld, id: number, trouble: Trouble): Promise<Ending> {
  const run = new ModelledRun(world, trouble);
  const { deps } = run;
  const hostOfBucket = Object.fromEntries(world.hosts.map((host) => [host, host]));
  return run.toItsEnd(async () => {
    const plan = planReplaceDisk({ ...(await look(run, world, id)), osd: id, wipe: false, hostOfBucket });
    requireUnblocked(run, plan);
    if (plan.steps.length === 0) return 'nothing-to-do';
    const { uuid, node, disk } = plan.osd;
    const named = { cluster, osd: { id, uuid } };
    const planned = run.plannedBy(plan);
    let destroyed = false;
    run.undoUnless(
      'inOsd',
      () => inOsd(deps, named),
      () => destroyed,
    );
    await planned('out-osd', async () => {
      await run.activity('outOsd', () => outOsd(deps, named));
      await run.activity('untilSafeToDestroy', () => untilSafeToDestroy(deps, named));
    });
    await planned('stop-osd', () => run.outside('stopOsd', () => world.stop({ id, uuid })));
    await planned('destroy-osd', () => run.activity('destroyOsd', () => destroyOsd(deps, named)));
    destroyed = true;
    await cleanUp(run, world, plan);
    world.cluster.pass(HANDS_SECONDS * 1000);
    // A disk on which an earlier run began it is there already.
    const there = () => world.disks.find((one) => one.host === node && !plan.disks.includes(one.id));
    const fresh = await run.outside('untilNewDisk', () => there() ?? world.swap(node, disk?.id ?? null));
    await makeAgain(run, world, { id, node, diskId: fresh.id });
    return 'done';
  });
}

async function makeAgain(
  run: ModelledRun,
  world: ModelledWorld,
  { id, node, diskId }: { id: number; node: string; diskId: string },
): Promise<void> {
  const { deps } = run;
  const planned = plannedOn(node, diskId);
  const osd = { id, uuid: planned.osdUuid };
  await run.step(async () => {
    await run.outside('createOsd', () => world.bear(planned, id));
    await run.step(() => run.activity('weighOsd', () => weighOsd(deps, { cluster, osd, sizeBytes: TIB })));
    await run.outside('startOsds', () => world.begin(id, osd.uuid));
  });
  await run.step(async () => {
    await run.activity('untilOsdsIn', () => untilOsdsIn(deps, { cluster, osds: [planned] }));
    await run.activity('untilSettled', () => untilSettled(deps, { cluster }));
  });
}

const plannedOn = (node: string, diskId: string): PlannedOsd => ({
  node,
  path: '/dev/sdx',
  diskId,
  sizeBytes: TIB,
  osdUuid: osdUuid(FSID, node, diskId),
  crushRoot: 'default',
  crushLocation: [`host=${node}`],
});

/** Mirrors workflows/add-node.ts for a host that is new or was left half way; no crash collector. */
export function addNode(world: ModelledWorld, node: string, trouble: Trouble): Promise<Ending> {
  const run = new ModelledRun(world, trouble);
  const { deps } = run;
  const held = { cluster, name: node };
  return run.toItsEnd(async () => {
    const found = await run.activity('readHeld', () => readHeld(deps, held));
    const plan = planAddNode(await observeAll(run, world), { node, held: found });
    requireUnblocked(run, plan);
    if (plan.steps.length === 0) return 'nothing-to-do';
    const { osds } = plan;
    const planned = run.plannedBy(plan);
    let isPutBack = false;
    const putBackAll = () => putBack(deps, { ...held, osds: osds.map((osd) => osd.osdUuid) });
    run.undoUnless('putBack', putBackAll, () => isPutBack);
    const [{ crushLocation: location } = { crushLocation: [] }] = osds;
    await planned('place-host', () =>
      run.activity('placeHost', () => placeHost(deps, { cluster, root: 'default', location })),
    );
    await planned('hold-data', () => run.activity('holdData', () => holdData(deps, held)));
    await planned(`create-osds/${node}`, async () => {
      for (const osd of osds) await run.outside('createOsd', () => world.create(osd));
    });
    await run.step(async () => {
      const { osds: placed } = await run.activity('untilOsdsIn', () => untilOsdsIn(deps, { cluster, osds }));
      const weighed = placed.map((osd) => ({ ...osd, sizeBytes: TIB }));
      await run.activity('moveData', () => moveData(deps, { ...held, osds: weighed, pace: 'fast', version: '20.2.4' }));
    });
    await run.step(async () => {
      await run.activity('untilSettled', () => untilSettled(deps, { cluster }));
      await run.activity('putBack', putBackAll);
    });
    isPutBack = true;
    return 'done';
  });
}

async function observeAll(run: ModelledRun, world: ModelledWorld): Promise<BootstrapObservation> {
  const { osds } = await run.activity('readClusterState', async () => readOsds(await run.session()));
  const { hosts, facts } = world;
  const stores = (host: string) => (NODES.includes(host) ? [monStoreOf(host)] : []);
  return aFinishedCluster({
    hosts: hosts.map((host) => aPlannedHost(host)),
    facts: facts.map((fact) => ({ ...fact, kernelVersion: '7.0.0', leftovers: stores(fact.node) })),
    ceph: runningCluster({ osds }),
  });
}
