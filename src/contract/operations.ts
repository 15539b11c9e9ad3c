import { addDiskContract } from './add-disk.ts';
import { addNodeContract } from './add-node.ts';
import { bootstrapContract } from './bootstrap.ts';
import { checkHealthContract } from './check-health.ts';
import { removeDiskContract } from './remove-disk.ts';
import { replaceDiskContract } from './replace-disk.ts';
import { teardownContract } from './teardown.ts';

/** Every operation that changes a cluster: with plan, approval, lock and messages. What CLI, console and conflict table share. */
export const OPERATIONS = [
  bootstrapContract,
  addNodeContract,
  addDiskContract,
  replaceDiskContract,
  removeDiskContract,
  teardownContract,
] as const;

/** Everything that a person can start by its type: what `help` and the pages of docs/operations list. */
export const STARTABLE = [...OPERATIONS, checkHealthContract] as const;
