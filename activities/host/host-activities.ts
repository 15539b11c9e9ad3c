import type { HostDiskActivities, HostProbeActivities } from '../../src/contract/ceph-activities.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { createOsd } from './create-osd.ts';
import { findDaemons } from './find-daemons.ts';
import { makeMonStore } from './make-mon-store.ts';
import { readHost } from './read-host.ts';
import { removeHostDirectories } from './remove-host-directories.ts';
import { removeOsdDirectory } from './remove-osd-directory.ts';
import { untilNewDisk } from './until-new-disk.ts';
import { untilOsdsUp } from './until-osds-up.ts';
import { wipeNewDisk } from './wipe-new-disk.ts';
import { wipeOwnDisk } from './wipe-own-disk.ts';

/** Activities of the queue `probe.<cluster>.<node>`: they change nothing. */
export const createHostProbeActivities = (deps: AgentDeps): HostProbeActivities => ({
  readHost: (input) => readHost(deps, input),
  findDaemons: (input) => findDaemons(deps, input),
  untilOsdsUp: (input) => untilOsdsUp(deps, input),
  untilNewDisk: (input) => untilNewDisk(deps, input),
});

/** Activities of the queue `disk.<cluster>.<node>`: they change this host, one at a time. */
export const createHostDiskActivities = (deps: AgentDeps): HostDiskActivities => ({
  makeMonStore: (input) => makeMonStore(deps, input),
  createOsd: (input) => createOsd(deps, input),
  wipeOwnDisk: (input) => wipeOwnDisk(deps, input),
  wipeNewDisk: (input) => wipeNewDisk(deps, input),
  removeHostDirectories: (input) => removeHostDirectories(deps, input),
  removeOsdDirectory: (input) => removeOsdDirectory(input),
});
