import type { PlannedMon } from '../contract/bootstrap.ts';
import type { Finding } from '../contract/finding.ts';

/** A host that a mon may run on. */
export interface MonCandidate {
  node: string;
  internalIp: string;
  /** Value of the failure domain's label (zone by default); the host's own name where it has none. */
  failureDomain: string;
}

export interface MonPlacementInput {
  count: number;
  sharing: 'one-per-node' | 'many-per-node';
  hostNetwork: boolean;
  /** Sorted by name. */
  candidates: MonCandidate[];
  /** Mons that exist already keep their host. */
  existing: PlannedMon[];
  /** Hosts that are left out, and why: shown where there are too few. */
  leftOut: string[];
}

export interface MonPlacement {
  mons: PlannedMon[];
  findings: Finding[];
}

/**
 * Spreads the mons: first over failure domains, then over hosts, in the order of names. Mons that exist keep id and host, ids are never
 * reused. Too few hosts is a finding that blocks, and no placement.
 */
export function placeMons(input: MonPlacementInput): MonPlacement {
  const mons = [...input.existing];
  while (mons.length < input.count) {
    const next = bestCandidate(input, mons);
    if (next === undefined) return { mons, findings: [tooFewNodes(input)] };
    const id = nextId(mons);
    mons.push({ id, node: next.node, ...(input.hostNetwork ? { hostAddress: next.internalIp } : {}) });
  }
  return { mons, findings: [] };
}

function bestCandidate(
  { candidates, sharing, hostNetwork }: MonPlacementInput,
  mons: PlannedMon[],
): MonCandidate | undefined {
  const onNode = (node: string) => mons.filter((mon) => mon.node === node).length;
  const domainOf = (node: string) => candidates.find((candidate) => candidate.node === node)?.failureDomain ?? node;
  const inDomain = (domain: string) => mons.filter((mon) => domainOf(mon.node) === domain).length;
  // Two mons cannot share the ports of one host.
  const single = sharing === 'one-per-node' || hostNetwork;
  return candidates
    .filter(({ node }) => !single || onNode(node) === 0)
    .toSorted((a, b) => inDomain(a.failureDomain) - inDomain(b.failureDomain) || onNode(a.node) - onNode(b.node))[0];
}

/** `a` to `z`, then `aa`: as Rook counts. */
export function monId(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : monId(Math.floor(index / 26) - 1) + letter;
}

function nextId(mons: PlannedMon[]): string {
  const used = new Set(mons.map(({ id }) => id));
  let index = 0;
  while (used.has(monId(index))) index += 1;
  return monId(index);
}

function tooFewNodes({ count, candidates, leftOut }: MonPlacementInput): Finding {
  const why =
    leftOut.length === 0
      ? ''
      : ` Left out: ${leftOut.slice(0, 3).join('; ')}${leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : ''}.`;
  return {
    code: 'TOO_FEW_NODES',
    severity: 'blocking',
    because: `The document asks for ${count} mons, but ${candidates.length} hosts can take one.${why}`,
    remedy: 'Add hosts or lower mon.count; mon.allowMultiplePerNode is for test clusters.',
    target: 'mon.count',
  };
}
