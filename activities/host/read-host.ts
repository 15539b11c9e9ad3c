import { lookIntoMonStore, placeOf, unfinishedFsids } from '../../src/ceph/mon-store.ts';
import { ownCephVersion } from '../../src/ceph/version.ts';
import type { ReadHostInput } from '../../src/contract/ceph-activities.ts';
import type { HostFacts } from '../../src/contract/host.ts';
import { readKernelVersion, readMachineId } from '../../src/disks/host.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { readLeftovers } from '../../src/disks/leftovers.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/** Facts about this host: disks, what Ceph clusters left here, kernel, version of the image. Changes nothing and judges nothing. */
export const readHost = (deps: AgentDeps, input: ReadHostInput): Promise<HostFacts> =>
  whileHeartbeating(
    () => `reading disks and directories of ${deps.host.node}`,
    () => readHostNow(deps, input),
  );

/** The same outside an activity. */
export async function readHostNow(deps: AgentDeps, { cluster, dataDir }: ReadHostInput): Promise<HostFacts> {
  const { node } = deps.host;
  const [machineId, cephVersion, disks, leftovers] = await Promise.all([
    readMachineId(deps.machineIdPath),
    ownCephVersion(),
    readDisks(deps.host),
    readLeftovers({ dataDir, namespace: cluster, readMonFsid }),
  ]);
  return { node, machineId, kernelVersion: readKernelVersion(), cephVersion, disks, leftovers };
}

/** A store that was being made when its agent was killed has its cluster in the name. */
async function readMonFsid(store: string): Promise<string | null> {
  if ((await placeOf(store)) === 'filled') return (await lookIntoMonStore(store))?.fsid ?? null;
  const [fsid, ...more] = await unfinishedFsids(store);
  return more.length === 0 ? (fsid ?? null) : null;
}
