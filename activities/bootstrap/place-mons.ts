import type { PlacedMons, StartDaemonsInput } from '../../src/contract/bootstrap-activities.ts';
import type { PlannedMon } from '../../src/contract/bootstrap.ts';
import { FINALIZER } from '../../src/contract/names.ts';
import { failure } from '../../src/errors.ts';
import { usesHostNetwork, type ClusterContext } from '../../src/manifests/cluster-context.ts';
import {
  configOverride,
  connectionSecret,
  monEndpoints,
  serviceAccounts,
  type MonPlace,
} from '../../src/manifests/identity.ts';
import { monService } from '../../src/manifests/mon.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { requireDocument } from '../documents/cluster-document.ts';
import { contextFor } from './cluster-context.ts';
import { hostPlaces, type Places } from './host-places.ts';

/**
 * Gives each mon its address for life (Service, or node address with host networking) and writes where clients find them. A repeat
 * finds the same Services, so the addresses never change. Also puts the finalizer on the document: from here on there is a cluster.
 */
export async function placeMons(deps: OpsDeps, input: StartDaemonsInput): Promise<PlacedMons> {
  const { kubernetes } = deps;
  const context = await contextFor(deps, input);
  const places = await hostPlaces(kubernetes);
  const document = await requireDocument(kubernetes, input.cluster);
  await kubernetes.patchMetadata(document.ref, { addFinalizers: [FINALIZER] });
  const shared = [...serviceAccounts(context), configOverride(context)];
  await Promise.all(shared.map((object) => kubernetes.create(object)));
  const mons = await Promise.all(input.facts.mons.map((mon) => placeMon(deps, context, places, mon)));
  const written = await Promise.all([
    kubernetes.apply(monEndpoints(context, mons)),
    kubernetes.apply(connectionSecret(context, mons)),
  ]);
  return {
    mons: mons.map(({ id, address, host }) => ({ name: id, address, node: host.node })),
    already: written.every(({ changed }) => !changed),
  };
}

async function placeMon(deps: OpsDeps, context: ClusterContext, places: Places, mon: PlannedMon): Promise<MonPlace> {
  const host = places(mon.node);
  if (usesHostNetwork(context.spec)) return { id: mon.id, address: mon.hostAddress ?? host.internalIp, host };
  const service = monService(context, mon.id);
  const { object } = await deps.kubernetes.create(service);
  const address = (object['spec'] as { clusterIP?: string } | undefined)?.clusterIP;
  if (address === undefined || address === '' || address === 'None')
    throw failure('BUG', `The Service of mon.${mon.id} in ${context.namespace} has no address`);
  return { id: mon.id, address, host };
}
