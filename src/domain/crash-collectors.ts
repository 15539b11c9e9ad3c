/** Where crash reports are collected, and how long Ceph keeps them. */
export interface CrashCollectors {
  /** Hosts with a collector. Empty where there are to be none. */
  nodes: string[];
  /** 0: for as long as Ceph does by itself. */
  daysToRetain: number;
}

/** A collector on every host that has a daemon of the cluster, unless the document wants none. */
export function wantedCollectors(
  wish: { daysToRetain: number } | null,
  daemons: { node: string }[],
  mgrNodes: string[],
): CrashCollectors {
  if (wish === null) return { nodes: [], daysToRetain: 0 };
  const nodes = new Set([...daemons.map(({ node }) => node), ...mgrNodes]);
  return { nodes: [...nodes].toSorted(), daysToRetain: wish.daysToRetain };
}

export const asWanted = (wanted: CrashCollectors, existing: CrashCollectors): boolean =>
  wanted.daysToRetain === existing.daysToRetain &&
  wanted.nodes.length === existing.nodes.length &&
  wanted.nodes.every((node) => existing.nodes.includes(node));
