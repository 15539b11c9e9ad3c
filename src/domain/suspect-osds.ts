import type { HealthCheck } from '../contract/ceph-activities.ts';

/** OSDs whose disk Ceph suspects, with the codes it raises for each, sorted. */
export type SuspectOsds = ReadonlyMap<number, readonly string[]>;

/** Muted checks count: a mute hides and does not cure. Pure. */
export function suspectOsds(checks: readonly HealthCheck[]): SuspectOsds {
  const named = checks.flatMap(({ code, osds = [] }) => osds.map((osdId) => ({ code, osdId })));
  const byOsd = Map.groupBy(named, ({ osdId }) => osdId);
  return new Map([...byOsd].map(([osdId, of]) => [osdId, of.map(({ code }) => code).toSorted()]));
}
