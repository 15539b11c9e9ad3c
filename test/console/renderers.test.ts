import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeChanges } from '../../src/console/changes.ts';
import { alignColumns } from '../../src/console/columns.ts';
import { renderDevices } from '../../src/console/device-table.ts';
import { formatDuration, secondsBetween } from '../../src/console/duration.ts';
import { renderPlan } from '../../src/console/plan.ts';
import { formatBytes } from '../../src/console/size.ts';
import { progressOf } from '../../src/console/steps.ts';
import { byteLength, oneLine } from '../../src/console/text.ts';
import { wrap } from '../../src/console/wrap.ts';
import { aDisk, aParkedState, aPlan, aState, aStep } from './states.ts';

describe('text', () => {
  it('counts bytes as UTF-8 does and cuts to a limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 3, max: 200 }), (text, limit) => {
        expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
        expect(byteLength(oneLine(text, limit))).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('lets no control character of a disk or daemon reach the terminal', () => {
    expect(oneLine('sda\u001b[2J\nevil\u009b1m', 100)).toBe('sda [2J evil 1m');
  });
});

describe('wrapping', () => {
  it('loses nothing but blanks and keeps to the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 70 }), (text, columns) => {
        const lines = wrap(text, columns);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('breaks at blanks, and where there are none after a separator of paths and identities', () => {
    expect(wrap('make the fsid and keys', 16)).toEqual(['make the fsid', 'and keys']);
    expect(wrap('/var/lib/disks/d1.img', 16)).toEqual(['/var/lib/disks/', 'd1.img']);
    expect(wrap('exact fit', 9)).toEqual(['exact fit']);
  });
});

describe('columns', () => {
  it('aligns as kubectl does, with a dash for what is empty', () => {
    const rows = [
      { name: 'a', note: '' },
      { name: 'longer', note: 'x' },
    ];
    const columns = [
      { title: 'NAME', value: (row: { name: string }) => row.name },
      { title: 'NOTE', value: (row: { note: string }) => row.note },
    ];
    expect(alignColumns(rows, columns)).toEqual(['NAME     NOTE', 'a        -', 'longer   x']);
  });
});

describe('sizes and times', () => {
  it('writes sizes in powers of 1024, never larger than they are', () => {
    expect([0, 1023, 6 * 2 ** 30, 1.5 * 2 ** 40, 999_999_999_999].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '6 GiB',
      '1.5 TiB',
      '931 GiB',
    ]);
  });

  it('writes durations as kubectl writes ages', () => {
    expect([0.4, 90, 192, 3600, 7500, 5 * 86_400].map(formatDuration)).toEqual([
      '0s',
      '90s',
      '3m12s',
      '1h',
      '2h5m',
      '5d',
    ]);
  });

  it('does not invent seconds where a time is missing', () => {
    expect(secondsBetween('2026-01-01T00:00:00Z', undefined)).toBeUndefined();
  });
});

describe('device table', () => {
  it('shows each disk with its verdict, why, and what would make it usable', () => {
    const rows = [
      aDisk({ path: '/dev/sdaa', verdict: 'in-use', reasons: ['OWN_OSD'], osdId: 3, id: 'serial:S4EWNX0R' }),
      aDisk(),
      aDisk({ node: 'n0', id: null, verdict: 'rejected', reasons: ['NO_STABLE_ID', 'TOO_SMALL'], remedy: 'List it.' }),
      aDisk({ path: '/dev/loop0', id: `loop:/var/lib/cephflow-lab/disks/n1-disk2.img`, rotational: false }),
    ];
    expect(renderDevices(rows)).toMatchInlineSnapshot(`
      [
        "NODE   PATH         ID                           SIZE    TYPE   VERDICT          REASONS                  REMEDY",
        "n0     /dev/sdb     -                            6 GiB   hdd    rejected         NO_STABLE_ID,TOO_SMALL   List it.",
        "n1     /dev/sdb     wwn:0x5000c500a1b2c3d4       6 GiB   hdd    eligible         -                        -",
        "n1     /dev/sdaa    serial:S4EWNX0R              6 GiB   hdd    in-use (osd.3)   OWN_OSD                  -",
        "n1     /dev/loop0   loop:…b/disks/n1-disk2.img   6 GiB   ssd    eligible         -                        -",
      ]
    `);
    expect(renderDevices(rows, 'wide').join('\n')).toContain('loop:/var/lib/cephflow-lab/disks/n1-disk2.img');
  });

  it('shows the input that replaces a failing disk whole', () => {
    const failing = aDisk({
      verdict: 'in-use',
      reasons: ['IN_USE', 'IO_ERRORS', 'OWN_OSD'],
      osdId: 5,
      remedy: 'replace-disk {"cluster":"rook-ceph","osd":5}',
    });
    expect(renderDevices([failing])[1]).toMatch(
      /in-use \(osd\.5\) {3}IN_USE,IO_ERRORS,OWN_OSD {3}replace-disk \{"cluster":"rook-ceph","osd":5\}$/,
    );
  });

  it('prints nothing for no disks', () => {
    expect(renderDevices([])).toEqual([]);
  });
});

describe('plan', () => {
  it('names every target by identity, and marks what is overwritten', () => {
    expect(renderPlan({ ...aPlan(), disks: [aDisk()], losses: ['pool rbd: 12 objects'] } as never))
      .toMatchInlineSnapshot(`
      "Plan 0f3a9c12d4e5 of bootstrap rook-ceph
      Makes a cluster of 2 mons and 1 OSD.

      Will be lost
        pool rbd: 12 objects

      Steps
        STEP             RISK            WHAT IT DOES
        start-mons       none            starts 2 mons
          - mon.a
          - mon.b
        create-osds/n1   destroys-data   makes 1 OSD
          ! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB

      Disks
      NODE   PATH       ID                       SIZE    TYPE   VERDICT    REASONS   REMEDY
      n1     /dev/sdb   wwn:0x5000c500a1b2c3d4   6 GiB   hdd    eligible   -         -

      Findings
        warning NODE_UNSCHEDULABLE: n3 takes no pods, so its 2 disks are left out."
    `);
  });

  it('says that there is nothing to do', () => {
    expect(renderPlan(aPlan({ steps: [], findings: [] }))).toContain('nothing to do');
  });
});

describe('changes', () => {
  it('tells a finished step with its seconds, a parked one with its reason, and nothing twice', () => {
    const running = aState({ steps: [aStep({ status: 'running', startedAt: '2026-02-03T04:05:00Z' })] });
    expect(describeChanges(undefined, running)).toEqual([
      'bootstrap rook-ceph applies the plan',
      '  running start-mons',
    ]);
    expect(describeChanges(running, aParkedState())).toEqual([
      'bootstrap rook-ceph is parked and waits for you: osd.3 on n1 did not come up within 60 s.',
      '  done start-mons in 9s',
      '  parked create-osds/n1 (attempt 3): osd.3 on n1 did not come up within 60 s.',
    ]);
    expect(describeChanges(aParkedState(), aParkedState())).toEqual([]);
  });

  it('tells a refused message once, also when the list is full and moves on', () => {
    const before = aState({ refusedMessages: ['a', 'b', 'c', 'd', 'e'] });
    const after = aState({ refusedMessages: ['b', 'c', 'd', 'e', 'e'] });
    expect(describeChanges(before, after)).toEqual(['  not honoured: e']);
  });
});

describe('progress', () => {
  it('counts what is done and names what is not', () => {
    expect(progressOf(aParkedState())).toBe('1 of 3 steps done, 1 parked');
  });
});
