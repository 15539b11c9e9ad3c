import { CLUSTER } from '../../deploy/demo/example.ts';
import { startSteadyClient, type SteadyClient } from '../../deploy/demo/steady-client.ts';
import { shapeOf, type ClusterShape } from './cluster.ts';
import { exampleCluster } from './ground.ts';
import { writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';

/** The example's cluster as a story finds it. */
export interface WatchedCluster {
  /** Content of an object that must come back unchanged. */
  written: Buffer;
  /** Writes and compares in a size-3 pool until the story stops it. */
  client: SteadyClient;
  /** With the pools of both. */
  before: ClusterShape;
}

export async function watchedCluster(): Promise<WatchedCluster> {
  await exampleCluster(await useLab());
  const written = await writeKeptObject(CLUSTER);
  const client = await startSteadyClient(CLUSTER);
  return { written, client, before: await shapeOf(CLUSTER) };
}
