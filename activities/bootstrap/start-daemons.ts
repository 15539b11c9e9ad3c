import { Context } from '@temporalio/activity';
import type {
  Applied,
  StartDaemonsInput,
  StartMonsInput,
  StartOsdsInput,
} from '../../src/contract/bootstrap-activities.ts';
import { failure } from '../../src/errors.ts';
import { daemonsOf, type DaemonType } from '../../src/manifests/labels.ts';
import { mgrDeployment, mgrService } from '../../src/manifests/mgr.ts';
import { monDeployment } from '../../src/manifests/mon.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { osdDeployment } from '../../src/manifests/osd.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { contextFor } from './cluster-context.ts';
import { hostPlaces } from './host-places.ts';
import { keepOrApply } from './keep-or-apply.ts';

/** From an image that must still be pulled to a daemon that answers its socket, on a slow host. */
const DAEMON_START_SECONDS = 300;

/**
 * Starts all mons together; a mon pod refuses a missing or foreign store. Ends when their pods answer.
 * @throws IMAGE_PULL_FAILED, POD_UNSCHEDULABLE, POD_NOT_READY with the pod's own reason
 */
export async function startMons(deps: OpsDeps, input: StartMonsInput): Promise<Applied> {
  const context = await contextFor(deps, input);
  const places = await hostPlaces(deps.kubernetes);
  const mons = input.mons.map(({ name, address, node }) => ({ id: name, address, host: places(node) }));
  return start(
    deps,
    input.cluster,
    'mon',
    mons.map((mon) => monDeployment(context, mon)),
  );
}

/** Starts the mgrs; they wait by themselves for the mons. As `startMons`. */
export async function startMgrs(deps: OpsDeps, input: StartDaemonsInput): Promise<Applied> {
  const context = await contextFor(deps, input);
  await deps.kubernetes.apply(mgrService(context));
  return start(
    deps,
    input.cluster,
    'mgr',
    input.facts.mgrs.map((id) => mgrDeployment(context, id)),
  );
}

/** Starts the OSDs of one host. Each pod finds its disk by the uuid on it, so it can start nothing else. As `startMons`. */
export async function startOsds(deps: OpsDeps, input: StartOsdsInput): Promise<Applied> {
  const context = await contextFor(deps, input);
  const host = (await hostPlaces(deps.kubernetes))(input.node);
  const deployments = input.osds.map(({ osdId, osdUuid }) => {
    const planned = input.facts.osds.find((osd) => osd.osdUuid === osdUuid);
    if (planned === undefined) throw failure('BUG', `osd.${osdId} (${osdUuid}) on ${input.node} is not in the plan`);
    return osdDeployment(context, {
      id: osdId,
      uuid: osdUuid,
      host,
      crushRoot: planned.crushRoot,
      crushLocation: planned.crushLocation,
      ...(planned.deviceClass === undefined ? {} : { deviceClass: planned.deviceClass }),
      ...(planned.initialWeight === undefined ? {} : { initialWeight: planned.initialWeight }),
    });
  });
  const applied = await Promise.all(deployments.map((deployment) => keepOrApply(deps.kubernetes, deployment)));
  return { already: applied.every(({ already }) => already) };
}

async function start(
  deps: OpsDeps,
  cluster: string,
  type: DaemonType,
  deployments: KubernetesObject[],
): Promise<Applied> {
  const context = Context.current();
  const applied = await Promise.all(deployments.map((deployment) => keepOrApply(deps.kubernetes, deployment)));
  await deps.kubernetes.untilPodsReady({
    namespace: cluster,
    selector: daemonsOf(cluster, type),
    count: deployments.length,
    deployments: deployments.map(({ metadata }) => metadata.name),
    withinSeconds: DAEMON_START_SECONDS,
    onProgress: (sentence) => context.heartbeat(sentence),
    signal: context.cancellationSignal,
  });
  return { already: applied.every(({ already }) => already) };
}
