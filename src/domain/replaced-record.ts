import type { HostFacts } from '../contract/host.ts';
import type { Debt } from '../contract/owed.ts';
import { labelledDisks } from './teardown-disks.ts';

export interface ReplacedRecord {
  /** What was remembered of the former cluster. */
  former: { fsid: string; dataDir: string; nodes: string[]; machineIds?: Record<string, string> | undefined };
  /** The last look at each of its hosts, as far as there is one. */
  looks: HostFacts[];
  /** Hosts whose look is of now, and the directory that was looked into. */
  present: { nodes: string[]; dataDir: string };
}

/**
 * What hosts owe of a cluster whose record gives way to that of a new one of the same name. A host owes nothing only where it was looked at
 * just now: the same machine, the same directory, no label and no directory of the former cluster. Pure.
 */
export const debtsOfReplaced = ({ former, looks, present }: ReplacedRecord): Debt[] =>
  former.nodes.flatMap((node) => {
    const look = looks.find((one) => one.node === node);
    const machineId = former.machineIds?.[node];
    const disks = look === undefined ? [] : labelledDisks(look, former.fsid);
    const isSeen =
      look !== undefined &&
      present.nodes.includes(node) &&
      present.dataDir === former.dataDir &&
      (machineId === undefined || machineId === look.machineId);
    const leftovers = look?.leftovers.filter(({ cephFsid }) => cephFsid === former.fsid) ?? [];
    const unreadable = look?.disks.some(({ readError, sizeBytes }) => readError !== null && sizeBytes > 0) ?? true;
    if (isSeen && disks.length + leftovers.length === 0 && !unreadable) return [];
    return [
      {
        node,
        fsid: former.fsid,
        dataDir: former.dataDir,
        disks,
        reason: `${node} carried cluster ${former.fsid}, in whose place a new one was made; that nothing of it is left there is not proven`,
        ...(machineId === undefined ? {} : { machineId }),
      },
    ];
  });
