/** A mgr's pod with what its metadata says. */
export interface MgrPod {
  name: string;
  mgr: string;
  /** `undefined` where it is not placed yet. */
  node: string | undefined;
  role: string | undefined;
  /** Epoch of the mgr map by which it became the active one. */
  epoch: number | null;
}

/** Who says which mgr is active. `null` for nobody is what the mons say where no mgr has logged in. */
export type MgrClaim =
  | { by: 'mons'; active: string | null }
  /** The mgr itself, on its own host, acting on that epoch of the mgr map. */
  | { by: 'mgr'; active: string; node: string; epoch: number }
  | { by: 'mgr'; standby: string; node: string };

export interface RoleChange {
  pod: string;
  role: 'active' | 'standby';
  /** Set where the pod becomes the active mgr's. */
  epoch?: number;
}

/**
 * The labels that must change for the Services to lead to the active mgr and to no other; none where they do. The new active one comes
 * first, so that between two writes there is rather one address too many than none. A mgr that is cut off from the mons goes on to call
 * itself active: it keeps the map of its last day, so of two claims the higher epoch wins.
 */
export function rolesToChange(pods: MgrPod[], claim: MgrClaim): RoleChange[] {
  if ('standby' in claim) {
    const own = pods.filter((pod) => pod.mgr === claim.standby && pod.node === claim.node);
    return own.filter(({ role }) => role !== 'standby').map(({ name }) => ({ pod: name, role: 'standby' }));
  }
  const isActive = (pod: MgrPod): boolean =>
    pod.mgr === claim.active && (claim.by === 'mons' || pod.node === claim.node);
  const active = pods.filter(isActive);
  const others = pods.filter((pod) => !isActive(pod));
  if (claim.by === 'mgr') {
    const newer = others.some(({ role, epoch }) => role === 'active' && (epoch ?? 0) > claim.epoch);
    if (newer || active.length === 0) return [];
  }
  // What the mons said once has no epoch: the mgr adds it, or one that is cut off could take the label back.
  const isTold = ({ role, epoch }: MgrPod): boolean => role === 'active' && (claim.by === 'mons' || epoch !== null);
  return [
    ...active
      .filter((pod) => !isTold(pod))
      .map(({ name }) => ({
        pod: name,
        role: 'active' as const,
        ...(claim.by === 'mgr' ? { epoch: claim.epoch } : {}),
      })),
    ...others.filter(({ role }) => role !== 'standby').map(({ name }) => ({ pod: name, role: 'standby' as const })),
  ];
}
