import type { CommandContext } from '../../src/cli/context.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { checkHealthContract } from '../../src/contract/check-health.ts';
import type { Json } from '../../src/contract/finding.ts';
import type { OperationContract } from '../../src/contract/operation.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { connectKubernetes } from '../../src/kubernetes/kubernetes.ts';
import { bringUpLab } from '../demo/demo.ts';
import { applyExample, CLUSTER } from '../demo/example.ts';
import { openLab } from '../demo/operation.ts';
import { MEASURED } from './aims.ts';
import type { Bench } from './arguments.ts';
import { benchAddDisk, benchReplaceDisk } from './disk-benches.ts';
import type { Measured } from './measure.ts';
import { middleOfRuns } from './middle.ts';
import { measureRun, runOperation } from './run-operation.ts';
import { workerFigures, type WorkerFigures } from './worker-figures.ts';

export interface BenchFigures {
  operations: Measured[];
  /** Looked at beside a bootstrap alone: the cluster is idle then. */
  workers: WorkerFigures[];
}

/**
 * Measures these operations on the example's cluster in the lab; figures of each from its own history. To measure bootstrap, what was there of
 * that cluster is taken away first, and to measure teardown afterwards: both destroy its data. For the others it is made where it lacks, and
 * has as many OSDs and disks afterwards as before; they are run several times, and the middle one counts.
 */
export async function runBench(wanted: readonly Bench[]): Promise<BenchFigures> {
  const { lab, image } = await bringUpLab();
  const kubernetes = connectKubernetes({ kubeconfig: lab.kubeconfig });
  const context = openLab();
  const operations: Measured[] = [];
  const workers: WorkerFigures[] = [];
  try {
    await applyExample(kubernetes, image);
    if (wanted.includes('bootstrap')) {
      await runOperation(context, teardownContract, { data: 'destroy' });
      await applyExample(kubernetes, image);
      operations.push(await measured(context, MEASURED.bootstrap, bootstrapContract));
      operations.push(await measured(context, MEASURED.again, bootstrapContract));
      workers.push(...(await workerFigures(CLUSTER)));
    } else await runOperation(context, bootstrapContract);
    if (wanted.includes('check-health'))
      operations.push(await measured(context, MEASURED.checkHealth, checkHealthContract));
    if (wanted.includes('add-disk')) operations.push(await middleOfRuns(() => benchAddDisk(context, kubernetes)));
    if (wanted.includes('replace-disk')) operations.push(await middleOfRuns(() => benchReplaceDisk(context)));
    if (wanted.includes('teardown'))
      operations.push(await measured(context, MEASURED.teardown, teardownContract, { data: 'destroy' }));
  } finally {
    await context.close();
  }
  return { operations, workers };
}

const measured = async <Input>(
  context: CommandContext,
  name: string,
  contract: OperationContract<Input>,
  input: Record<string, Json> = {},
): Promise<Measured> => measureRun(name, await runOperation(context, contract, input));
