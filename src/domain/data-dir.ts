import type { Finding } from '../contract/finding.ts';

/** What is remembered of a cluster outside its namespace. */
export interface RememberedCluster {
  /** `null` until it had an identity. */
  fsid: string | null;
  dataDir: string;
  /** Machine id of each host when it joined. */
  machineIds?: Record<string, string> | undefined;
  /** `x.y.z` of the image that it was last made or taken up with. */
  cephVersion?: string | undefined;
  /** OSDs when it was stopped with its data kept: uuid by id. */
  keptOsds?: Record<string, string> | undefined;
}

/**
 * The document names another directory than the one in which the cluster was made. Its mon stores are looked for in the new one, so none
 * seems to exist, and new ones would be made under the same fsid: a second, empty cluster, and the data of the first out of reach.
 * @param fsid of the identity that exists; `null` where there is none
 */
export function changedDataDir(remembered: RememberedCluster | null, fsid: string | null, dataDir: string): Finding[] {
  if (remembered === null || fsid === null || remembered.fsid !== fsid || remembered.dataDir === dataDir) return [];
  return [
    {
      code: 'DATA_DIR_CHANGED',
      severity: 'blocking',
      because: `The document's dataDirHostPath is ${dataDir}, but cluster ${fsid} was made with ${remembered.dataDir}, where the stores of its mons are.`,
      remedy: `Set dataDirHostPath back to ${remembered.dataDir} and send retry; moving a cluster to another directory is not built.`,
      target: 'dataDirHostPath',
    },
  ];
}
