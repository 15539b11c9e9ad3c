import type { PlannedMon } from '../contract/bootstrap.ts';
import type { BlueStoreLabel } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { BootstrapObservation } from './bootstrap-plan.ts';

type Seen = Pick<BootstrapObservation, 'ceph' | 'facts' | 'fsid'>;

/** A store counts for a mon only on that mon's own host. */
export const hasStore = ({ facts, fsid }: Seen, { id, node }: PlannedMon): boolean =>
  facts.some(
    (host) =>
      host.node === node &&
      host.leftovers.some(
        ({ kind, complete, cephFsid, name }) =>
          kind === 'mon-store' && complete && cephFsid === fsid.value && name === id,
      ),
  );

/** Every copy of a BlueStore label on every disk of the hosts. */
export const labelsOn = (facts: HostFacts[]): BlueStoreLabel[] =>
  facts.flatMap(({ disks }) => disks.flatMap(({ labels }) => labels));

/** Complete OSDs of the cluster on the disks; each shows that its mons had a quorum before. */
export const completeOsds = ({ facts, fsid }: Pick<Seen, 'facts' | 'fsid'>): number =>
  new Set(
    labelsOn(facts)
      .filter((label) => label.ready && label.cephFsid === fsid.value)
      .map((label) => label.osdUuid),
  ).size;

/**
 * Complete OSDs of ours on the disks, Ceph silent, and so few mon stores left that new ones would have the majority: they would form a
 * quorum of their own with empty maps, and the data on the OSDs could not be reached any more. Bringing mons back from OSDs or from a
 * single store is not built.
 */
export function lostMons(seen: Seen, mons: PlannedMon[], monStores: string[]): Finding[] {
  const { ceph, fsid } = seen;
  if (ceph.reachable || !fsid.exists) return [];
  const complete = completeOsds(seen);
  const missing = mons.filter(({ id }) => !monStores.includes(id));
  if (complete === 0 || missing.length <= Math.floor((mons.length - 1) / 2)) return [];
  const named = missing.map(({ id, node }) => `mon.${id}@${node}`).join(', ');
  return [
    {
      code: 'MON_STORES_LOST',
      severity: 'blocking',
      because: `Ceph does not answer, ${complete} complete OSDs of ${fsid.value} are on the disks, and the stores of ${named} are missing: new ones would be another, empty cluster.`,
      remedy:
        'Bring the hosts with the mon stores back (also check that dataDirHostPath is the old one), then send retry.',
      target: named,
    },
  ];
}

/**
 * Mons with a store that must have quorum among themselves before a new store is made, because otherwise an empty new store and one that
 * was behind could be a majority, and what only the others knew would be lost. Empty where the mons answer or never served.
 */
export function startFirst(seen: Seen, mons: PlannedMon[], monStores: string[]): string[] {
  const isWhole = monStores.length === mons.length;
  return seen.ceph.reachable || !seen.fsid.exists || isWhole || completeOsds(seen) === 0 ? [] : monStores;
}
