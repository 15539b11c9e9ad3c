import type { PlannedOsd } from '../contract/bootstrap.ts';
import type { OsdState } from '../contract/ceph-activities.ts';

/**
 * What is not as planned with OSDs, one phrase each: missing, down, out, in another place of CRUSH, of another class. Pure.
 * @param mustBeIn uuids; an OSD that lived before may be out because somebody set it so, which is not for a birth to judge
 */
export function osdDifferences(planned: PlannedOsd[], seen: OsdState[], mustBeIn: readonly string[]): string[] {
  return planned.flatMap((plan) => {
    const osd = seen.find(({ uuid }) => uuid === plan.osdUuid);
    if (osd === undefined) return [`the OSD of ${plan.node}:${plan.path} is not in the map`];
    return differences(plan, osd, mustBeIn).map(
      (difference) => `osd.${osd.id} (${plan.node}:${plan.path}) ${difference}`,
    );
  });
}

function differences(plan: PlannedOsd, osd: OsdState, mustBeIn: readonly string[]): string[] {
  const found: string[] = [];
  if (!osd.up) found.push('is down');
  if (!osd.in && mustBeIn.includes(osd.uuid)) found.push('is out');
  const place = [`root=${plan.crushRoot}`, ...plan.crushLocation];
  const lacking = place.filter((pair) => !osd.location.includes(pair));
  if (lacking.length > 0)
    found.push(`is at ${osd.location.join(' ') || 'no place'} of CRUSH, not at ${lacking.join(' ')}`);
  if (plan.deviceClass !== undefined && osd.deviceClass !== plan.deviceClass)
    found.push(`is of class ${osd.deviceClass ?? 'none'}, not ${plan.deviceClass}`);
  return found;
}
