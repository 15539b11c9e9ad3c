import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clearScratch } from './cache.ts';
import { killCgroup, removeCgroup } from './cgroups.ts';
import { startControlPlane } from './control-plane.ts';
import { attachDisk, detachAllDisks } from './disks.ts';
import { ensureCephImage, storePauseImage } from './images/load.ts';
import { type CephSuite, newestCephSuite } from './images/ceph.ts';
import { dropOldProjectImages } from './images/project.ts';
import { withLabLock } from './lock.ts';
import { removeMadeDirectories } from './made-directories.ts';
import { removePins } from './namespaces.ts';
import { ensureBridge, removeBridge, routePods } from './network.ts';
import { prepareForNodes, startNodeMachine, stopNodeMachine, untilNodeReady } from './node.ts';
import { ensurePackages } from './packages.ts';
import { addresses, labPaths } from './paths.ts';
import { preflight, requireRootOnLinux } from './preflight.ts';
import { stopDaemon } from './processes.ts';
import { ensurePrograms } from './programs/ensure.ts';
import { say, timed } from './progress.ts';
import { readLab, writeLab, type LabNode, type LabRecord } from './record.ts';
import { DISK_BYTES } from './sizes.ts';
import { startTemporal } from './temporal-server.ts';
import { together } from './together.ts';
import { ensureUdev, removeUdev } from './udev.ts';

export type LabOptions = {
  /** How many nodes a new lab has; a lab that exists keeps its own. */
  nodes?: number;
  /** How many disks each node of a new lab has. */
  disks?: number;
  diskSizeBytes?: number;
  /** Debian suites whose Ceph is loaded into every node. */
  ceph?: CephSuite[];
};

/** What a running lab offers. */
export type RunningLab = {
  nodes: string[];
  cephImages: string[];
  kubeconfig: string;
  temporal: string;
  temporalUi: string;
};

/**
 * Makes the lab, or completes it: whatever of it runs is left alone, whatever is missing (after a crash, a reboot
 * or `down --keep`) is started. Returns when every node is Ready and Temporal serves.
 */
export async function labUp(options: LabOptions = {}): Promise<RunningLab> {
  await preflight((await readLab()) === undefined ? 'absent' : 'present');
  return withLabLock(async () => {
    await endInterruptedBuilds();
    await ensurePackages();
    await preflight('present');
    await ensurePrograms();
    const known = await readLab();
    if (known === undefined) await dropOldProjectImages();
    await storePauseImage();
    const cephImages: string[] = [];
    for (const suite of options.ceph ?? [newestCephSuite]) cephImages.push(await ensureCephImage(suite));
    const lab = known ?? newLab(options);
    await writeLab(lab);
    await ensureBridge();
    await ensureUdev();
    await timed({ what: 'Kubernetes control plane', usually: '5 s' }, startControlPlane);
    await together([timed({ what: 'Temporal server and UI' }, startTemporal), startNodes(lab)]);
    return runningLab(lab, cephImages);
  });
}

/** Takes the lab down. `keep: 'state'` leaves disks, etcd and Temporal's database for the next `up`; nothing else stays. */
export async function labDown(options: { keep: 'nothing' | 'state' } = { keep: 'nothing' }): Promise<void> {
  await requireRootOnLinux();
  await withLabLock(async () => {
    const lab = await readLab();
    await timed({ what: 'Taking the lab down' }, async () => {
      await together((lab?.nodes ?? []).map((node) => stopNodeMachine(node)));
      await stopDaemons();
      await removeUdev();
      await endInterruptedBuilds();
      await killCgroup('');
      await removeCgroup('');
      await removePins();
      await removeBridge();
      await detachAllDisks(labPaths().state);
      await removeMadeDirectories();
      await rm(join(labPaths().cache, 'nodes'), { recursive: true, force: true });
      if (options.keep === 'nothing') await rm(labPaths().state, { recursive: true, force: true });
    });
  });
}

/** What a killed command may have left at work. No other command runs now: the caller holds the lock. */
async function endInterruptedBuilds(): Promise<void> {
  for (const owner of ['build', 'store']) await killCgroup(owner);
  await clearScratch();
}

function newLab({ nodes = 3, disks = 2, diskSizeBytes = DISK_BYTES }: LabOptions): LabRecord {
  const numbers = Array.from({ length: nodes }, (_, index) => index + 1);
  return { nodes: numbers.map((number) => newNode(`n${number}`, number, { disks, diskSizeBytes })) };
}

/** A node as it is recorded before it is started for the first time. */
export function newNode(name: string, number: number, size: { disks: number; diskSizeBytes: number }): LabNode {
  const disks = Array.from({ length: size.disks }, (_, index) => ({
    name: `d${index + 1}`,
    sizeBytes: size.diskSizeBytes,
  }));
  return { name, number, disks, powered: 'on' };
}

async function startNodes(lab: LabRecord): Promise<void> {
  const nodes = lab.nodes.filter((node) => node.powered === 'on');
  await timed({ what: `Nodes ${nodes.map((node) => node.name).join(', ')} Ready`, usually: '5 s' }, async () => {
    await prepareForNodes();
    // One after another, so that the loop devices of a node are neighbours.
    for (const node of nodes) for (const disk of node.disks) await attachDisk(node.name, disk);
    const since = await together(nodes.map((node) => startNodeMachine(node)));
    await routePods(nodes);
    await together(nodes.map((node, index) => untilNodeReady(node, since[index] ?? new Date())));
  });
}

/** etcd is asked to end by itself, so that what `--keep` keeps is complete; Temporal's database survives any end. */
async function stopDaemons(): Promise<void> {
  for (const name of ['scheduler', 'controller-manager', 'apiserver', 'temporal-ui', 'temporal-api', 'temporal'])
    await stopDaemon(name, 'SIGKILL');
  await stopDaemon('etcd', 'SIGTERM', 10).catch(() => {
    say('  etcd did not end within 10 s and is killed.');
    return stopDaemon('etcd', 'SIGKILL');
  });
}

function runningLab(lab: LabRecord, cephImages: string[]): RunningLab {
  return {
    nodes: lab.nodes.map((node) => node.name),
    cephImages,
    kubeconfig: labPaths().kubeconfig,
    temporal: addresses.temporal,
    temporalUi: addresses.temporalUi,
  };
}

/** True while there is a lab, running or kept. */
export function labExists(): boolean {
  return existsSync(labPaths().state);
}
