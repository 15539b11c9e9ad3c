import type { AddNodePlan } from '../contract/add-node.ts';
import type { PlanStep } from '../contract/plan.ts';
import { planAddDisk, type AddDiskRequest } from './add-disk-plan.ts';
import type { BootstrapObservation } from './bootstrap-plan.ts';
import { harmless } from './bootstrap-steps.ts';
import { hashPlan } from './plan-hash.ts';

const OPERATION = 'add-node';

/** All disks of the host at once. */
export type AddNodeRequest = Omit<AddDiskRequest, 'devices'>;

/**
 * As add-disk for every disk of the host that can be an OSD, but the host gets its place first, and data moves only when all of its OSDs
 * serve. Pure.
 */
export function planAddNode(seen: BootstrapObservation, request: AddNodeRequest): AddNodePlan {
  const disks = planAddDisk(seen, request);
  const steps = disks.steps.flatMap((one) => withHolding(one, disks));
  const { cluster, findings } = disks;
  return { ...disks, operation: OPERATION, hash: hashPlan({ operation: OPERATION, cluster, steps, findings }), steps };
}

function withHolding(one: PlanStep, { node, osds }: AddNodePlan): PlanStep[] {
  const place = osds[0]?.crushLocation ?? [];
  const names = osds.map(({ diskId }) => `${node}:${diskId}`);
  if (one.id.startsWith('create-osds/'))
    return [
      harmless('place-host', place, `put ${node} at ${place.join(' ')} of the CRUSH map, still without weight`),
      harmless('hold-data', [node], 'let new OSDs join without weight, and hold back the moving of data'),
      one,
    ];
  if (one.id === 'verify')
    return [
      harmless('move-data', names, `give the ${osds.length} OSDs of ${node} their weights at once and let data move`),
      harmless('verify', names, 'wait until each new OSD is in its place and every PG is active and clean'),
    ];
  return [one];
}
