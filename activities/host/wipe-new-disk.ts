import type { WipedDisk, WipeNewDiskInput } from '../../src/contract/ceph-activities.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { wipeGuarded } from './wipe-guarded.ts';

/**
 * Wipes a disk of what a person saw on it and approved to be lost, and proves it by reads from the disk itself. Anything else on it, and any
 * use of it, is refused by the guard. May be killed and repeated: less than what was approved is accepted, and a clean disk is only proven.
 * @throws DISK_CHANGED, DISK_BUSY before anything was written; WIPE_NOT_PROVEN
 */
export const wipeNewDisk = (deps: AgentDeps, { disk, content }: WipeNewDiskInput): Promise<WipedDisk> =>
  wipeGuarded(deps, { disk, expected: { kind: 'content', ...content } });
