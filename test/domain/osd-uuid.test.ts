import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { osdUuid } from '../../src/domain/osd-uuid.ts';

const FSID = '11111111-2222-4333-8444-555555555555';
const name = fc.stringMatching(/^[a-z0-9:.-]{1,20}$/);

describe('the uuid of an OSD', () => {
  it('is the same for the same disk for ever: a changed rule would make a second OSD on a disk that has one', () => {
    expect(osdUuid(FSID, 'n1', 'wwn:0x5000c500a1b2c3d4')).toBe('c83932c9-e3a1-5f57-b3a5-fe44ffe0fef0');
  });

  it('is a name-based uuid of RFC 9562, as Ceph takes it', () => {
    fc.assert(
      fc.property(fc.uuid(), name, name, (fsid, node, disk) => {
        expect(osdUuid(fsid, node, disk)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('differs for another cluster, host or disk', () => {
    const triple = fc.tuple(fc.uuid(), name, name);
    fc.assert(
      fc.property(triple, triple, (one, other) => {
        fc.pre(one.join('\n') !== other.join('\n'));
        expect(osdUuid(...one)).not.toBe(osdUuid(...other));
      }),
    );
  });

  it('differs for each single part that changes', () => {
    const parts: [string, string, string] = [FSID, 'n1', 'serial:A'];
    const others = [parts.with(0, FSID.replace('1', '2')), parts.with(1, 'n2'), parts.with(2, 'serial:B')];
    const uuids = [parts, ...others].map((all) => osdUuid(...(all as [string, string, string])));
    expect(new Set(uuids).size).toBe(4);
  });

  it('reads the fsid as the same cluster in upper and lower case', () => {
    const fsid = 'abcdef01-2222-4333-8444-555555555555';
    expect(osdUuid(fsid.toUpperCase(), 'n1', 'serial:A')).toBe(osdUuid(fsid, 'n1', 'serial:A'));
  });
});
