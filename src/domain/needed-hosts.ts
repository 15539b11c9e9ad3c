import type { PlannedMon } from '../contract/bootstrap.ts';
import type { Finding } from '../contract/finding.ts';
import { placeMons, type MonCandidate, type MonPlacement, type MonPlacementInput } from './mon-placement.ts';

/** A host that Kubernetes calls not ready, on which a mon could run if it were. */
export interface AwayHost extends MonCandidate {
  /** ISO 8601; `null` where it is not known. */
  since: string | null;
}

export interface NeededInput {
  placement: MonPlacementInput;
  /** What was placed without the hosts that are away. */
  placed: MonPlacement;
  away: AwayHost[];
  /** Every planned mon is in quorum, so that none has to be started. */
  quorum: 'complete' | 'incomplete';
}

/**
 * Hosts that are away and without which no mon quorum can be made or completed: the plan waits for them by name. Any other host that is
 * away is left out, and a later bootstrap finds it. A document that asks for more hosts than there are is TOO_FEW_NODES, as before. Pure.
 */
export function neededHosts({ placement, placed, away, quorum }: NeededInput): Finding[] {
  if (quorum === 'complete') return placed.findings;
  const bound = awayUnder(placement.existing, away);
  if (placed.findings.length === 0) return bound;
  const candidates = [...placement.candidates, ...away].toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const together = placeMons({ ...placement, candidates });
  return together.findings.length > 0 ? [...placed.findings, ...bound] : awayUnder(together.mons, away);
}

const awayUnder = (mons: PlannedMon[], away: AwayHost[]): Finding[] =>
  away.flatMap((host) => {
    const on = mons.filter(({ node }) => node === host.node).map(({ id }) => `mon.${id}`);
    return on.length === 0 ? [] : [needed(host, on.join(', '))];
  });

const needed = ({ node, since }: AwayHost, mons: string): Finding => ({
  code: 'HOST_NEEDED',
  severity: 'blocking',
  because: `Kubernetes says that ${node} is not ready${since === null ? '' : ` since ${since}`}, and there is no quorum without ${mons}, which has its place there.`,
  remedy: `Bring ${node} back; the plan is then made by itself.`,
  target: node,
  ...(since === null ? {} : { evidence: since }),
});
