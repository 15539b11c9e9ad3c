import type { Runbook } from './runbook.ts';

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
  await run.together(
    look.nodes.map((node) => () => run.host(node, step).observeHost({ cluster, dataDir, observation })),
  );
}
