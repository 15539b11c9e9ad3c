import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Stories in the order of their names: each goes on with the cluster that the one before left. */
export class ByName implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}
