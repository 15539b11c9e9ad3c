import { DISK_REPORT_SELECTOR, diskReports } from '../../src/cli/disk-reports.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import type { DiskRow } from '../../src/contract/disk.ts';
import { addDisk, pullDisk } from '../lab/hardware.ts';
import { labStatus } from '../lab/status.ts';

/** A disk that was put into a node of the lab. */
export interface PluggedDisk {
  node: string;
  /** Its name in the lab, such as d3; never given to another disk. */
  name: string;
  device: string;
  /** Identity as the device table shows it. */
  id: string;
  /** Milliseconds since the epoch, just before the lab put it in: what is counted from here holds the lab's own moment too. */
  pluggedAt: number;
}

/** The table of disks as agents wrote it last. */
export async function diskRows(context: CommandContext, cluster: string): Promise<DiskRow[]> {
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster, labelSelector: DISK_REPORT_SELECTOR };
  const configMaps = await (await context.kubernetes()).list(query);
  return diskReports(configMaps).flatMap(({ rows }) => rows);
}

export async function plugDisk(node: string, sizeBytes?: number): Promise<PluggedDisk> {
  const pluggedAt = Date.now();
  const { disk, device, file } = await addDisk(node, sizeBytes);
  return { node, name: disk, device, id: `loop:${file}`, pluggedAt };
}

/** Pulls the disk of that identity out and puts a blank one of its size in. What was on the old one is lost. */
export async function swapDisk(node: string, id: string): Promise<PluggedDisk> {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  const old = nodes.find(({ name }) => name === node)?.disks.find(({ file }) => `loop:${file}` === id);
  if (old === undefined) throw new Error(`The lab has no disk ${id} in node ${node}, so nothing was pulled out.`);
  await pullDisk(node, old.name);
  return plugDisk(node, old.sizeBytes);
}
