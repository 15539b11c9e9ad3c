import type { CephClusterSpec } from '../spec/ceph-cluster.ts';
import { placementFor } from '../spec/effective.ts';
import type { DaemonKey } from '../spec/daemon-keys.ts';
import type { Placement, Toleration } from '../spec/pod-settings.ts';

/** Agents make mon stores and OSDs, so they must be wherever either may run. */
const WORKED_FOR: DaemonKey[] = ['osd', 'mon'];

/** Kubernetes gives this to every DaemonSet anyway; written out, so that whoever judges nodes by the placement sees it: teardown must
 *  reach the disks of a host that is cordoned. */
const CORDONED: Toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' };

/** Every host that the placement of OSDs or mons allows: tolerations of both, and either's node affinity. */
export const agentPlacement = (spec: CephClusterSpec): Placement => {
  const placements = WORKED_FOR.map((daemon) => placementFor(spec, daemon));
  const required = placements.map(({ nodeAffinity }) => nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution);
  const terms = required.flatMap((selector) => selector?.nodeSelectorTerms ?? []);
  // One daemon that may run anywhere makes the union all hosts.
  const everywhere = required.some((selector) => selector === undefined);
  return {
    tolerations: distinct([...placements.flatMap(({ tolerations }) => tolerations ?? []), CORDONED]),
    ...(everywhere
      ? {}
      : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: distinct(terms) } } }),
  };
};

const distinct = <T>(values: T[]): T[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
