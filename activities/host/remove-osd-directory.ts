import { placeOf } from '../../src/ceph/mon-store.ts';
import type { RemoveOsdDirectoryInput } from '../../src/contract/osd-activities.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import { hostPaths } from '../../src/manifests/names.ts';
import { removeProven } from './remove-host-directories.ts';

/** Removes the directory of one OSD on this host, whose name carries cluster and uuid, and reads back that it is gone. Idempotent. */
export async function removeOsdDirectory(input: RemoveOsdDirectoryInput): Promise<Applied> {
  const { cluster, fsid, dataDir, osdUuid } = input;
  const path = hostPaths(dataDir, cluster).osdData(fsid, osdUuid);
  if ((await placeOf(path)) === 'absent') return { already: true };
  await removeProven(path, fsid, `osd-${osdUuid}`);
  return { already: false };
}
