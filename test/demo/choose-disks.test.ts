import { describe, expect, it } from 'vitest';
import { chooseDisks } from '../../deploy/demo/choose-disks.ts';
import type { DiskRow } from '../../src/contract/disk.ts';

const row = (node: string, disk: string, osdId?: number): DiskRow => ({
  node,
  path: '/dev/loop0',
  id: `loop:/lab/${node}/disks/${disk}.img`,
  sizeBytes: 6 * 2 ** 30,
  rotational: false,
  verdict: osdId === undefined ? 'rejected' : 'in-use',
  reasons: [],
  evidence: [],
  remedy: '',
  ...(osdId === undefined ? {} : { osdId }),
});

describe('the disks of day 2', () => {
  it('are one of a host that has another OSD for its data, and one more on a different host', () => {
    const rows = [row('n3', 'd1', 3), row('n2', 'd2', 5), row('n2', 'd1', 2), row('n1', 'd1', 0), row('n1', 'd7')];
    expect(chooseDisks(rows)).toEqual({
      addTo: 'n1',
      replaced: { node: 'n2', id: 'loop:/lab/n2/disks/d1.img', osd: 2 },
    });
  });

  it('are not chosen while a disk is free, which would be formatted with the new one', () => {
    const free: DiskRow = { ...row('n3', 'd4'), verdict: 'eligible' };
    const rows = [row('n1', 'd1', 0), row('n1', 'd2', 1), row('n2', 'd1', 2), row('n3', 'd1', 3), free];
    expect(() => chooseDisks(rows)).toThrow(/n3\/disks\/d4\.img\) of n3 is free, and add-disk would take it too/);
  });

  it('are not chosen where three copies have no place without the one that goes', () => {
    expect(() => chooseDisks([row('n1', 'd1', 0), row('n1', 'd2', 1), row('n2', 'd1', 2)])).toThrow(/n1, n2; three/);
    expect(() => chooseDisks([row('n1', 'd1', 0), row('n2', 'd1', 1), row('n3', 'd1', 2)])).toThrow(/with two OSDs/);
  });
});
