import type { ApprovedDisk } from '../src/contract/disk.ts';
import type { Runbook } from './runbook.ts';

interface GoneOsd {
  fsid: string;
  dataDir: string;
  osd: { uuid: string; node: string | null; disk: ApprovedDisk | null };
}

/**
 * What an OSD that Ceph does not have any more left on its host: its directory, and its disk where that is planned.
 * @returns true where the disk was wiped and read back
 */
export async function cleanOsd<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  { fsid, dataDir, osd }: GoneOsd,
): Promise<boolean> {
  const { cluster } = run;
  const { uuid, node, disk } = osd;
  if (node !== null)
    await run.planned('remove-directory', () =>
      run.host(node, 'remove-directory').removeOsdDirectory({ cluster, fsid, dataDir, osdUuid: uuid }),
    );
  if (disk === null) return false;
  const wiped = await run.planned('wipe-disk', () =>
    run.host(disk.node, 'wipe-disk').wipeOwnDisk({ cluster, cephFsid: fsid, disk, osdUuid: uuid }),
  );
  return wiped !== undefined;
}
