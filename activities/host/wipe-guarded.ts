import type { WipedDisk } from '../../src/contract/ceph-activities.ts';
import type { ApprovedDisk } from '../../src/contract/disk.ts';
import { withGuardedDisk, type GuardRequest } from '../../src/disks/guard.ts';
import { wipeDisk, type WipeProgress } from '../../src/disks/wipe.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

interface Wipe {
  disk: ApprovedDisk;
  expected: GuardRequest['expected'];
}

/** Wipes an approved disk that carries what is expected, telling how far it is. */
export async function wipeGuarded({ host }: AgentDeps, { disk, expected }: Wipe): Promise<WipedDisk> {
  let told = `looking at ${disk.path} of ${disk.node}`;
  const { already } = await whileHeartbeating(
    () => told,
    () =>
      withGuardedDisk({ host, approved: disk, expected }, (guarded) =>
        wipeDisk(guarded, (progress) => {
          told = describe(disk.path, progress);
        }),
      ),
  );
  return { id: disk.id, already };
}

const describe = (path: string, { stage, doneBytes, totalBytes }: WipeProgress): string =>
  `${path}: ${stage}, ${Math.round(doneBytes / 2 ** 20)} of ${Math.round(totalBytes / 2 ** 20)} MiB`;
