import type { PlannedMon } from '../contract/bootstrap.ts';
import type { Finding } from '../contract/finding.ts';
import type { BootstrapObservation } from './bootstrap-plan.ts';
import type { AwayHost } from './needed-hosts.ts';
import { refusedReplacement, replacedNodes } from './replaced-nodes.ts';

/** Hosts that Kubernetes calls not ready, and on which a mon could run if they were. */
export const awayHosts = ({ hosts, wishes }: BootstrapObservation): AwayHost[] =>
  hosts.flatMap(({ node, internalIp, labels, awaySince }) =>
    awaySince === undefined
      ? []
      : [{ node, internalIp, failureDomain: labels[wishes.monFailureDomainLabel] ?? node, since: awaySince.since }],
  );

/** Every store that was not seen has its place on a host that is away: HOST_NEEDED says so, and more would be a guess. */
export const mayBeAway = (mons: PlannedMon[], stores: string[], away: AwayHost[]): boolean =>
  mons.filter(({ id }) => !stores.includes(id)).every(({ node }) => away.some((host) => host.node === node));

/** NODE_REPLACED for this cluster's hosts. */
export const replacedHosts = ({ remembered, fsid, facts }: BootstrapObservation): Finding[] =>
  fsid.exists && remembered?.fsid === fsid.value
    ? replacedNodes(remembered.machineIds ?? {}, facts).map(refusedReplacement)
    : [];
