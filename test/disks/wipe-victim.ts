import { withGuardedDisk, type GuardRequest } from '../../src/disks/guard.ts';
import { wipeDisk } from '../../src/disks/wipe.ts';

/** Wipes a disk and is killed at the n-th heartbeat. */
const [request = '{}', killAt = '1'] = process.argv.slice(2);
let heartbeats = 0;
await withGuardedDisk(JSON.parse(request) as GuardRequest, (disk) =>
  wipeDisk(disk, () => {
    heartbeats += 1;
    if (heartbeats === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  }),
);
