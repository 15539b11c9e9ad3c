import { describe, expect, it } from 'vitest';
import type { OsdState } from '../../src/contract/ceph-activities.ts';
import { osdDifferences } from '../../src/domain/osd-differences.ts';

const plan = {
  node: 'n1',
  path: '/dev/sdb',
  diskId: 'serial:1',
  sizeBytes: 1,
  osdUuid: 'u1',
  deviceClass: 'ssd',
  crushRoot: 'default',
  crushLocation: ['host=n1'],
};
const seen: OsdState = {
  id: 4,
  uuid: 'u1',
  up: true,
  in: true,
  host: 'n1',
  location: ['root=default', 'host=n1'],
  deviceClass: 'ssd',
};

describe('planned and seen OSDs', () => {
  it('finds nothing where all is as planned', () => {
    expect(osdDifferences([plan], [seen], ['u1'])).toEqual([]);
  });

  it.each([
    [{ up: false }, 'is down'],
    [{ in: false }, 'is out'],
    [{ location: ['root=default', 'host=n2'] }, 'not at host=n1'],
    [{ location: [] }, 'no place'],
    [{ deviceClass: 'hdd' }, 'is of class hdd, not ssd'],
  ])('names an OSD with %j', (changes, phrase) => {
    expect(osdDifferences([plan], [{ ...seen, ...changes }], ['u1'])[0]).toContain(phrase);
  });

  it('leaves an OSD alone that was set out before this operation', () => {
    expect(osdDifferences([plan], [{ ...seen, in: false }], ['of another'])).toEqual([]);
  });

  it('goes by the uuid, because an id may be another disk', () => {
    expect(osdDifferences([plan], [{ ...seen, uuid: 'other' }], [])).toEqual([
      'the OSD of n1:/dev/sdb is not in the map',
    ]);
  });
});
