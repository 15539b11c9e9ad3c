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

/** A Service that was removed by hand is made again with the address that the mon's store has. */
async function serviceAddress(deps: OpsDeps, context: ClusterContext, mon: MonToPlace): Promise<string> {
  const service = monService(context, mon.id);
  const spec = service['spec'] as object;
  const wanted = mon.recorded === undefined ? service : { ...service, spec: { ...spec, clusterIP: mon.recorded } };
  const { object } = await deps.kubernetes.create(wanted);
  const address = (object['spec'] as { clusterIP?: string } | undefined)?.clusterIP;
  if (address === undefined || address === '' || address === 'None')
    throw failure('BUG', `The Service of mon.${mon.id} in ${context.namespace} has no address`);
  return address;
}

/** Addresses that mons have already, by id: from the ConfigMap in Rook's format, `a=10.0.0.1:6789,...`. */
async function recordedAddresses(kubernetes: OpsDeps['kubernetes'], cluster: string): Promise<Record<string, string>> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster, name: NAMES.monEndpoints };
  const data = ((await kubernetes.read(ref))?.['data'] ?? {}) as Record<string, string>;
  const pairs = (data['data'] ?? '').split(',').flatMap((entry) => {
    const found = /^([a-z]+)=\[?([0-9a-fA-F.:]+?)\]?:\d+$/.exec(entry.trim());
    return found?.[1] === undefined || found[2] === undefined ? [] : [[found[1], found[2]] as const];
  });
  return Object.fromEntries(pairs);
}
