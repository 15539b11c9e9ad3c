import { uuid4 } from '@temporalio/workflow';
import { isMissedLook } from './failures.ts';
import type { Runbook } from './runbook.ts';
import { together } from './together.ts';

interface Look {
  dataDir: string;
  nodes: string[];
}

/** Every host writes what it sees to its ConfigMap, all side by side; a silent one is waited for by name. */
export async function observeHosts<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  step: string,
  look: Look,
  observation: string,
): Promise<void> {
  const { cluster } = run;
  const { dataDir } = look;
  await together(look.nodes.map((node) => () => run.host(node, step).observeHost({ cluster, dataDir, observation })));
}

/** Two operations that look at the same moments again and again are unlikely; a host that never writes is a fault. */
const MOST_LOOKS = 4;

/**
 * Looks under a token of its own and plans with what was seen. A host keeps one look, so another operation that looks at the same time can
 * write over this one: then it looks again.
 */
export async function withFreshLook<Plan>(look: (observation: string) => Promise<Plan>): Promise<Plan> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await look(uuid4());
    } catch (error) {
      if (looks === MOST_LOOKS || !isMissedLook(error)) throw error;
    }
  }
}
