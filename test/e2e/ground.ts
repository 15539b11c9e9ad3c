import { expect } from 'vitest';
import { applyExample, CLUSTER } from '../../deploy/demo/example.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { pullExtraDisks } from './disks.ts';
import type { Lab } from './lab.ts';
import { Operation } from './operation.ts';

/** Takes whatever there is of a cluster away, approved by its name. */
export async function tearDown(cluster: string, waive: string[] = []): Promise<void> {
  const operation = await Operation.start(teardownContract, { cluster, data: 'destroy', waive });
  const { outcome } = await operation.approveEach({ cluster });
  expect(['done', 'nothing-to-do']).toContain(outcome);
}

/** The example's document on hosts that carry nothing, with the two disks per node that the stories count on. */
export async function freshGround({ kubernetes, image }: Lab): Promise<void> {
  await applyExample(kubernetes, image);
  await tearDown(CLUSTER);
  await pullExtraDisks();
  // Teardown leaves the document to its owner, who may have deleted it.
  await applyExample(kubernetes, image);
}

/** The example's cluster, made if it is not there. */
export async function exampleCluster({ kubernetes, image }: Lab): Promise<void> {
  await applyExample(kubernetes, image);
  const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER, approval: 'auto' });
  await operation.result();
}
