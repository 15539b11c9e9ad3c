import type { AddNodePlan, HeldData } from '../contract/add-node.ts';
import type { PlanStep } from '../contract/plan.ts';
import { planAddDisk, type AddDiskRequest } from './add-disk-plan.ts';
import type { BootstrapObservation } from './bootstrap-plan.ts';

import { hashPlan } from './plan-hash.ts';
import { harmless } from './plan-steps.ts';

const OPERATION = 'add-node';

/** All disks of the host at once. */
export interface AddNodeRequest extends Omit<AddDiskRequest, 'devices' | 'unfinished'> {
  /** What an earlier run for this host left; nothing where it is not known. */
  held?: HeldData | undefined;
}

/**
 * As add-disk for every disk of the host that can be an OSD, but the host gets its place first, and data moves only when all of its OSDs
 * serve. Where an earlier run ended before that, its OSDs without weight are gone on with, and what it holds is put back. Pure.
 */
export function planAddNode(seen: BootstrapObservation, { node, except, held }: AddNodeRequest): AddNodePlan {
  const isEnded = held === undefined || held.held === 'nothing';
  const disks = planAddDisk(seen, { node, except, unfinished: isEnded ? [] : held.weightless });
  const whole = disks.steps.flatMap((one) => withHolding(one, disks));
  const onlyHeld = held?.held === 'all' && whole.length === 0;
  const steps = onlyHeld ? letMove(node) : whole;
  const summary = onlyHeld
    ? `Lets data move that an earlier add-node of ${node} holds back, and puts back what it changed for that.`
    : disks.summary;
  const { cluster, findings } = disks;
  const hash = hashPlan({ operation: OPERATION, cluster, steps, findings });
  return { ...disks, operation: OPERATION, hash, summary, steps };
}

const letMove = (node: string): PlanStep[] => [
  harmless('move-data', [node], 'let data move that an earlier run holds back'),
  harmless('verify', [node], 'wait until every PG is active and clean, and put flag and settings back'),
  harmless('report-status', ['document'], "write the outcome to the document's status"),
];

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
