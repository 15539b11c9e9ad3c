import { readConfigMap, type ClusterStore } from '../../src/ceph/cluster-store.ts';
import { endpointAddress, parseEndpoints } from '../../src/ceph/session.ts';
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
import { NAMES } from '../../src/manifests/names.ts';
import { monService } from '../../src/manifests/mon.ts';
import { refOf } from '../../src/manifests/object.ts';
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
  const recorded = await recordedAddresses(kubernetes, input.cluster);
  const mons = await Promise.all(
    input.facts.mons.map((mon) => placeMon(deps, context, places, { ...mon, recorded: recorded[mon.id] })),
  );
  const written = await Promise.all([
    kubernetes.apply(monEndpoints(context, mons)),
    kubernetes.apply(connectionSecret(context, mons)),
  ]);
  return {
    mons: mons.map(({ id, address, host }) => ({ name: id, address, node: host.node })),
    already: written.every(({ changed }) => !changed),
  };
}

type MonToPlace = PlannedMon & { recorded: string | undefined };

async function placeMon(deps: OpsDeps, context: ClusterContext, places: Places, mon: MonToPlace): Promise<MonPlace> {
  const host = places(mon.node);
  const address = usesHostNetwork(context.spec)
    ? (mon.hostAddress ?? mon.recorded ?? host.internalIp)
    : await serviceAddress(deps, context, mon);
  if (mon.recorded !== undefined && mon.recorded !== address)
    throw failure(
      'IDENTITY_CONFLICT',
      `mon.${mon.id} of ${context.namespace} has the address ${mon.recorded} for life, but ${address} is what it would get now`,
    );
  return { id: mon.id, address, host };
}

/**
 * A Service that was removed by hand is made again with the address that the mon's store has. One that exists is only read: the API
 * server gives out addresses before it looks for the name, so asking again for an address in use is a 422, not "already exists".
 */
async function serviceAddress({ kubernetes }: OpsDeps, context: ClusterContext, mon: MonToPlace): Promise<string> {
  const service = monService(context, mon.id);
  const spec = service['spec'] as object;
  const wanted = mon.recorded === undefined ? service : { ...service, spec: { ...spec, clusterIP: mon.recorded } };
  const object = (await kubernetes.read(refOf(service))) ?? (await kubernetes.create(wanted)).object;
  const address = (object['spec'] as { clusterIP?: string } | undefined)?.clusterIP;
  if (address === undefined || address === '' || address === 'None')
    throw failure('BUG', `The Service of mon.${mon.id} in ${context.namespace} has no address`);
  return address;
}

/** Addresses that mons have already, by id: from the ConfigMap that clients find them by. */
async function recordedAddresses(store: ClusterStore, cluster: string): Promise<Record<string, string | undefined>> {
  const endpoints = parseEndpoints((await readConfigMap(store, cluster, NAMES.monEndpoints))?.['data'] ?? '');
  return Object.fromEntries(Object.entries(endpoints).map(([id, endpoint]) => [id, endpointAddress(endpoint)]));
}
