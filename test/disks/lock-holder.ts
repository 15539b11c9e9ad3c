import { execa } from 'execa';
import { inherit } from '../../src/disks/inherit.ts';
import { withDiskLock } from '../../src/disks/lock.ts';

/** Takes a disk's lock, hands it to a child, prints the child's pid and waits for its end. */
const [locksDir = '', diskId = ''] = process.argv.slice(2);
await withDiskLock({ locksDir, diskId }, async (lockFd) => {
  const child = execa('sleep', ['600'], {
    stdio: ['ignore', 'ignore', 'ignore', inherit(lockFd)],
    reject: false,
    cleanup: false,
  });
  process.stdout.write(`${child.pid}\n`);
  await child;
});
