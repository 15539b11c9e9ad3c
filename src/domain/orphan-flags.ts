import type { SetFlag } from '../contract/check-health-activities.ts';
import type { Finding } from '../contract/finding.ts';

/** Operations that set a flag for as long as they run; whoever builds one that does adds itself here. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  noout: ['upgrade-ceph-version', 'maintain-node'],
  norebalance: ['add-node', 'add-disk'],
};

/**
 * Flags that no running operation could have set. They are never cleared by us: whoever set one may be at work on a host right now, and
 * data would begin to move under their hands. Pure.
 * @param running names of the operations that run on the cluster now
 */
export function orphanFlags(cluster: string, flags: SetFlag[], running: readonly string[]): Finding[] {
  return flags
    .filter(({ flag }) => !(OWNERS[flag] ?? []).some((operation) => running.includes(operation)))
    .map((set) => orphan(cluster, set));
}

function orphan(cluster: string, { flag, on }: SetFlag): Finding {
  const owners = OWNERS[flag];
  const setters = [
    'a person in the toolbox',
    'another tool',
    ...(owners === undefined ? [] : [`an ended ${owners.join(' or ')}`]),
  ];
  return {
    code: 'ORPHAN_FLAG',
    severity: 'warning',
    because: `The flag ${flag} is set${on === null ? '' : ` on ${on}`}, and no running operation set it: it came from ${setters.join(', ')}. ${costOf(flag)}`,
    remedy: `Ask whoever works on the cluster; if nobody needs it: kubectl -n ${cluster} exec deploy/rook-ceph-tools -- ${commandFor(flag, on)}`,
    target: on === null ? flag : `${flag}@${on}`,
  };
}

function commandFor(flag: string, on: string | null): string {
  if (flag === 'pauserd' || flag === 'pausewr') return 'ceph osd unset pause';
  return on === null ? `ceph osd unset ${flag}` : `ceph osd unset-group ${flag} ${on}`;
}

function costOf(flag: string): string {
  if (flag === 'noout') return 'While it is, data of an OSD that fails is not made again elsewhere.';
  if (['nobackfill', 'norecover', 'norebalance'].includes(flag)) return 'While it is, lost copies stay lost.';
  if (['noscrub', 'nodeep-scrub'].includes(flag)) return 'While it is, silent damage is not found.';
  if (flag === 'pauserd' || flag === 'pausewr') return 'While it is, clients stand still.';
  return 'While it is, Ceph does not act by itself.';
}
