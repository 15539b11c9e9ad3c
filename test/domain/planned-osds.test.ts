import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../src/contract/disk.ts';
import type { OsdConfig } from '../../src/domain/disk-selection.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { crushLocation, plannedOsds } from '../../src/domain/planned-osds.ts';
import { diskOf } from '../builders/bootstrap-observation.ts';
import { FSID, UUID } from './disk-facts-builder.ts';

const row = (changes: Partial<DiskRow> = {}): DiskRow => ({
  node: 'n1',
  path: '/dev/sdb',
  id: 'serial:n1-1',
  sizeBytes: 10 * 2 ** 30,
  rotational: true,
  verdict: 'eligible',
  reasons: [],
  evidence: [],
  remedy: '',
  ...changes,
});

const planned = (rows: DiskRow[], config: OsdConfig = {}, labels: Record<string, string> = {}) =>
  plannedOsds(
    FSID,
    [
      {
        node: 'n1',
        hostname: 'n1.example',
        labels,
        disks: [{ facts: diskOf('n1'), selection: { by: 'all', because: 'useAllDevices', config } }],
      },
    ],
    rows,
  );

describe('planned OSDs', () => {
  it('are on eligible disks, with the identity that was judged and the uuid that the disk always gets', () => {
    expect(planned([row()])).toEqual([
      {
        node: 'n1',
        path: '/dev/sdb',
        diskId: 'serial:n1-1',
        sizeBytes: 10 * 2 ** 30,
        osdUuid: osdUuid(FSID, 'n1', 'serial:n1-1'),
        crushRoot: 'default',
        crushLocation: ['host=n1-example'],
      },
    ]);
  });

  it('keep the uuid of the OSD that lives on the disk', () => {
    const living = row({ verdict: 'in-use', reasons: ['OWN_OSD'], osdUuid: UUID, osdId: 3 });
    expect(planned([living])[0]?.osdUuid).toBe(UUID);
  });

  it('are never on a disk with another verdict, without identity, or of a host that is not known', () => {
    const never = fc.constantFrom<Partial<DiskRow>>(
      { verdict: 'rejected' },
      { verdict: 'not-selected' },
      { verdict: 'rejected', osdUuid: UUID },
      { verdict: 'not-selected', osdUuid: UUID },
      { verdict: 'in-use' },
      { id: null },
      { node: 'n9' },
    );
    fc.assert(fc.property(fc.array(never), (changes) => planned(changes.map((one) => row(one))).length === 0));
  });

  it('take device class, weight and root from the document', () => {
    const [osd] = planned([row()], { deviceClass: 'ssd', initialWeight: '0.5', crushRoot: 'fast' });
    expect(osd).toMatchObject({ deviceClass: 'ssd', initialWeight: 0.5, crushRoot: 'fast' });
  });
});

describe('the CRUSH location of a host', () => {
  it('follows its topology labels, outermost first, and ends with the host', () => {
    const labels = {
      'topology.rook.io/rack': 'r1',
      'topology.kubernetes.io/zone': 'z1',
      'topology.kubernetes.io/region': 'eu.north',
      'kubernetes.io/hostname': 'n1',
      'topology.rook.io/chassis': '',
    };
    expect(crushLocation('n1', labels)).toEqual(['region=eu-north', 'zone=z1', 'rack=r1', 'host=n1']);
  });

  it('has no dot in a bucket name', () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
    fc.assert(
      fc.property(name, name, (host, zone) => {
        expect(crushLocation(host, { 'topology.kubernetes.io/zone': zone }).join()).not.toContain('.');
      }),
    );
  });
});
