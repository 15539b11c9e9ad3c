import { Context } from '@temporalio/activity';
import type {
  Applied,
  OsdPodsInput,
  StartDaemonsInput,
  StartMonsInput,
  StartOsdsInput,
} from '../../src/contract/bootstrap-activities.ts';
import { failure } from '../../src/errors.ts';
import { daemonsOf, type DaemonType } from '../../src/manifests/labels.ts';
import { mgrDeployment, mgrService } from '../../src/manifests/mgr.ts';
import { monDeployment } from '../../src/manifests/mon.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { osdName } from '../../src/manifests/names.ts';
import { osdDeployment } from '../../src/manifests/osd.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { unlessHostsAreSilent } from '../hosts/pods-on-silent-hosts.ts';
import { contextFor } from './cluster-context.ts';
import { hostPlaces } from './host-places.ts';
import { keepOrApply } from './keep-or-apply.ts';

/** From an image that must still be pulled to a daemon that answers its socket, on a slow host. */
const DAEMON_START_SECONDS = 300;

/**
 * Starts all mons together; a mon pod refuses a missing or foreign store. Ends when their pods answer.
 * @throws IMAGE_PULL_FAILED, POD_UNSCHEDULABLE, POD_NOT_READY with the pod's own reason; HOST_NOT_READY where a mon's host is silent
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

/**
 * Ends when the pods of these OSDs answer; what it is for is to fail early with a stuck pod's own reason. Changes nothing but that a pod
 * that failed before is made anew, so that a cure takes effect at once and not after Kubernetes' back-off.
 */
export async function untilOsdPodsReady(deps: OpsDeps, { cluster, osds }: OsdPodsInput): Promise<Applied> {
  await untilTiedReady(deps, {
    cluster,
    selector: `${daemonsOf(cluster, 'osd')},ceph-osd-id in (${osds.map(({ osdId }) => osdId).join(',')})`,
    deployments: osds.map(({ osdId }) => osdName(osdId)),
  });
  return { already: true };
}

async function start(
  deps: OpsDeps,
  cluster: string,
  type: DaemonType,
  deployments: KubernetesObject[],
): Promise<Applied> {
  const applied = await Promise.all(deployments.map((deployment) => keepOrApply(deps.kubernetes, deployment)));
  const names = deployments.map(({ metadata }) => metadata.name);
  // A mgr that lay on a silent host starts on another one; a mon has its host for life.
  const wait = type === 'mon' ? untilTiedReady : untilReady;
  await wait(deps, { cluster, selector: daemonsOf(cluster, type), deployments: names });
  return { already: applied.every(({ already }) => already) };
}

interface AwaitedPods {
  cluster: string;
  selector: string;
  deployments: string[];
}

/** @throws HOST_NOT_READY at once where a pod's host is silent */
const untilTiedReady = (deps: OpsDeps, pods: AwaitedPods): Promise<void> =>
  unlessHostsAreSilent(deps.kubernetes, { namespace: pods.cluster, selector: pods.selector }, (over) =>
    untilReady(deps, pods, over),
  );

async function untilReady(
  { kubernetes }: OpsDeps,
  { cluster, selector, deployments }: AwaitedPods,
  over?: AbortSignal,
): Promise<void> {
  const context = Context.current();
  await kubernetes.replaceFailedPods({ namespace: cluster, selector });
  await kubernetes.untilPodsReady({
    namespace: cluster,
    selector,
    count: deployments.length,
    deployments,
    withinSeconds: DAEMON_START_SECONDS,
    onProgress: (sentence) => context.heartbeat(sentence),
    signal: over === undefined ? context.cancellationSignal : AbortSignal.any([context.cancellationSignal, over]),
  });
}
