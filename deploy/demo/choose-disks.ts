import type { DiskRow } from '../../src/contract/disk.ts';

/** Where disks are added and replaced. */
export interface Chosen {
  /** Host that gets one disk more. */
  addTo: string;
  /** A disk whose data finds another place on its own host meanwhile. */
  replaced: { node: string; id: string; osd: number };
}

/**
 * Chooses from the table of disks; the same table gives the same choice. Pure.
 * @throws where the cluster is too small for it, or where a free disk would be taken together with the one that is plugged in
 */
export function chooseDisks(rows: readonly DiskRow[]): Chosen {
  const free = rows.find(({ verdict }) => verdict === 'eligible');
  if (free !== undefined)
    throw new Error(
      `${free.path} (${free.id}) of ${free.node} is free, and add-disk would take it too; add it or pull it out first.`,
    );
  const carriers = rows
    .flatMap(({ node, id, osdId }) => (id === null || osdId === undefined ? [] : [{ node, id, osd: osdId }]))
    .toSorted((a, b) => a.osd - b.osd);
  const hosts = [...new Set(carriers.map(({ node }) => node))].toSorted();
  const several = hosts.find((host) => carriers.filter(({ node }) => node === host).length > 1);
  const replaced = carriers.find(({ node }) => node === several);
  const addTo = hosts.find((host) => host !== several);
  if (hosts.length < 3 || replaced === undefined || addTo === undefined)
    throw new Error(
      `OSDs are on ${hosts.length === 0 ? 'no host' : hosts.join(', ')}; three hosts are needed for three copies, one of them with two OSDs.`,
    );
  return { addTo, replaced };
}
