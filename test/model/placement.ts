/** Where the copies of a PG belong: a plain stand-in of CRUSH with one level of failure domains. Pure. */

export interface Placeable {
  id: number;
  host: string;
  weight: number;
  inside: boolean;
}

/** 32 bits of FNV-1a, turned into a number above 0 and below 1. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 + 2 ** -34;
}

/** Straws as CRUSH draws them: a change of one weight moves only what that weight wins or loses. */
const straw = (name: string, weight: number): number => -Math.log(chance(name)) / weight;

/**
 * As CRUSH: an OSD that is out keeps the weight of its domain and hands its PGs to others of the domain, one that is down keeps its place.
 * Fewer than `size` where there are too few domains.
 */
export function placesOf<Osd extends Placeable>(
  osds: readonly Osd[],
  { pg, size, domain }: { pg: string; size: number; domain: 'host' | 'osd' },
): Osd[] {
  const nameOf = (osd: Osd): string => (domain === 'host' ? osd.host : `osd.${osd.id}`);
  const domains = Map.groupBy(
    osds.filter(({ weight }) => weight > 0),
    nameOf,
  );
  const first = (list: Osd[]): Osd | undefined =>
    list
      .filter(({ inside }) => inside)
      .map((osd) => ({ osd, drawn: straw(`${pg}/osd.${osd.id}`, osd.weight) }))
      .toSorted((one, other) => one.drawn - other.drawn)[0]?.osd;
  return [...domains]
    .map(([name, list]) => ({
      list,
      drawn: straw(
        `${pg}/${name}`,
        list.reduce((sum, { weight }) => sum + weight, 0),
      ),
    }))
    .toSorted((one, other) => one.drawn - other.drawn)
    .flatMap(({ list }) => first(list) ?? [])
    .slice(0, size);
}
