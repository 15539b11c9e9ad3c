import { bootstrapContract } from './bootstrap.ts';
import { teardownContract } from './teardown.ts';

/** Every operation a person can start: the list that `help`, CLI, documentation test and worker share. */
export const OPERATIONS = [bootstrapContract, teardownContract] as const;
