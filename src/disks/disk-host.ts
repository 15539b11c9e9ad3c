/** Where this host's devices, kernel tables and locks are found. Tests give other places; there is nothing else to set. */
export interface DiskHost {
  /** Name of the Kubernetes node; an approval for another node is refused. */
  node: string;
  dev: string;
  sys: string;
  udevData: string;
  /** Mount tables to look into, all of them; one that cannot be read is left out, an exclusive open still tells a mounted disk. */
  mountinfo: string[];
  swaps: string;
  locksDir: string;
  /** The kernel's log, one record per read. */
  kernelLog: string;
  /** Tells when the host was booted. */
  procStat: string;
}

/** The host as an agent sees it: /dev, /sys and /run/udev of the host, locks in a directory of the host. */
export const thisHost = (node: string): DiskHost => ({
  node,
  dev: '/dev',
  sys: '/sys',
  udevData: '/run/udev/data',
  mountinfo: ['/proc/1/mountinfo', '/proc/self/mountinfo'],
  swaps: '/proc/swaps',
  locksDir: '/run/cephflow/locks',
  kernelLog: '/dev/kmsg',
  procStat: '/proc/stat',
});
