import type { AddDiskPlan } from '../../src/contract/add-disk.ts';
import type { AddNodePlan } from '../../src/contract/add-node.ts';
import type {
  PlanAddDiskInput,
  PlanAddNodeInput,
  PlanBootstrapInput,
} from '../../src/contract/bootstrap-activities.ts';
import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import { planAddDisk } from '../../src/domain/add-disk-plan.ts';
import { planAddNode } from '../../src/domain/add-node-plan.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { findDocument } from '../documents/cluster-document.ts';
import { writeDeviceRows } from '../observe/host-record.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { readObservation } from './read-observation.ts';

/** Rows that the plan itself carries; the whole table is in the ConfigMaps. Keeps the payload under 100 KB. */
const ROWS_IN_PLAN = 200;

/**
 * Decides what bootstrap will do from what the agents wrote and what Kubernetes holds, and writes the judged rows of every disk beside
 * the facts. Changes nothing else; a repeat gives the same plan for the same facts.
 */
export async function planFromObservation(deps: OpsDeps, input: PlanBootstrapInput): Promise<BootstrapPlan> {
  const plan = planBootstrap(await readObservation(deps, input));
  await writeRows(deps, plan, input.nodes);
  return { ...plan, disks: plan.disks.slice(0, ROWS_IN_PLAN) };
}

/** Writes the judged rows of every disk. Without a document nobody knows which disks are wanted, and the rows stay as they are. */
export async function showDisks(deps: OpsDeps, input: PlanBootstrapInput): Promise<void> {
  if ((await findDocument(deps.kubernetes, input.cluster)) === undefined) return;
  await writeRows(deps, planBootstrap(await readObservation(deps, input)), input.nodes);
}

/** As `planFromObservation`, for disks of one host; the plan carries the rows of that host alone. */
export async function planAddDiskFromObservation(deps: OpsDeps, input: PlanAddDiskInput): Promise<AddDiskPlan> {
  return shown(deps, input, planAddDisk(await readObservation(deps, input), input));
}

/** The same for all disks of a host that joins. */
export async function planAddNodeFromObservation(deps: OpsDeps, input: PlanAddNodeInput): Promise<AddNodePlan> {
  return shown(deps, input, planAddNode(await readObservation(deps, input), input));
}

async function shown(deps: OpsDeps, input: { nodes: string[] }, plan: AddDiskPlan): Promise<AddDiskPlan> {
  const { node } = plan;
  await writeRows(deps, plan, input.nodes);
  return { ...plan, disks: plan.disks.filter((row) => row.node === node).slice(0, ROWS_IN_PLAN) };
}

async function writeRows({ kubernetes }: OpsDeps, { cluster, disks }: BootstrapPlan, nodes: string[]): Promise<void> {
  for (const node of nodes)
    await writeDeviceRows(
      kubernetes,
      cluster,
      node,
      disks.filter((row) => row.node === node),
    );
}
