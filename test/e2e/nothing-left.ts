import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { nodeDirectory } from '../../deploy/lab/record.ts';
import { labStatus } from '../../deploy/lab/status.ts';
import { LABEL_OFFSETS_BYTES } from '../../src/contract/disk.ts';
import { expectNothingMade } from './documents.ts';
import { readBytes } from './read-bytes.ts';

const NODES = ['n1', 'n2', 'n3'];

/** Nothing of the example's cluster is left. Reads every disk, directory and object anew: the operation's own word is not asked. */
export async function expectNothingLeft(): Promise<void> {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  const disks = nodes.flatMap((node) => node.disks);
  expect(disks).toHaveLength(6);
  for (const { device = '', file, sizeBytes } of disks) {
    for (const offset of LABEL_OFFSETS_BYTES.filter((place) => place < sizeBytes)) {
      const bytes = await readBytes(file, offset, 4096);
      expect(bytes.equals(Buffer.alloc(4096)), `${device} has bytes at its label place ${offset}`).toBe(true);
    }
    const { stdout } = await execa('wipefs', ['--no-act', '--parsable', device]);
    expect(stdout).toBe('');
  }
  for (const node of NODES) {
    const found = await readdir(join(nodeDirectory(node), 'rook'), { recursive: true });
    // The other cluster's own dataDirHostPath, made by the kubelet; what was in it is gone.
    expect(found.filter((path) => path !== 'other-ceph')).toEqual([]);
  }
  await expectNothingMade(CLUSTER, ['services/rook-ceph-mgr-dashboard-external']);
}
