import { expect } from 'vitest';
import { applyExample, CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { NEW_DISKS, NEW_NODES, type NewPolicy } from '../../src/contract/notice.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { EXAMPLE_OSD_HOSTS, osdHosts } from './cluster.ts';
import { deviceRows, twoDisksPerNode } from './disks.ts';
import type { Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { nameOf } from './swap.ts';

/** Takes whatever there is of a cluster away, approved by its name. */
export async function tearDown(cluster: string, waive: string[] = []): Promise<void> {
  const operation = await Operation.start(teardownContract, { cluster, data: 'destroy', waive });
  const { outcome } = await operation.approveEach({ cluster });
  expect(['done', 'nothing-to-do']).toContain(outcome);
}

/** What new disks and hosts lead to. */
export async function newDisksLeadTo(policy: NewPolicy): Promise<void> {
  const annotations = [NEW_DISKS, NEW_NODES].map((name) => `${name}=${policy}`);
  await kubectl(['--namespace', CLUSTER, 'annotate', '--overwrite', 'cephcluster', CLUSTER, ...annotations]);
}

/** The example's document; disks that a story plugs in lead to nothing but what it starts itself. */
async function exampleDocument({ kubernetes, image }: Lab): Promise<void> {
  await applyExample(kubernetes, image);
  await newDisksLeadTo('ignore');
}

/** The example's document on hosts that carry nothing, with the two disks per node that the stories count on. */
export async function freshGround(lab: Lab): Promise<void> {
  await exampleDocument(lab);
  await tearDown(CLUSTER);
  await twoDisksPerNode();
  // Teardown leaves the document to its owner, who may have deleted it.
  await exampleDocument(lab);
}

/** The example's cluster, made if it is not there, and anew where a story left it with other OSDs than the example has. */
export async function exampleCluster(lab: Lab): Promise<void> {
  const hosts = await osdHosts(CLUSTER);
  const isOther = hosts.length > 0 && hosts.join() !== EXAMPLE_OSD_HOSTS.join();
  await (isOther ? freshGround(lab) : exampleDocument(lab));
  const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER, approval: 'auto' });
  await operation.result();
}

/** Leaves the example's cluster to the next story, without the disks that carry no OSD. */
export async function leaveCluster(): Promise<void> {
  await abortLeftovers();
  // The look writes the table: a disk that was freed a moment ago shows so.
  const look = await Operation.start(bootstrapContract, { cluster: CLUSTER, dryRun: true });
  await look.result();
  for (const { node, id, osdId } of await deviceRows(CLUSTER))
    if (osdId === undefined) await pullDisk(node, nameOf(id));
}
