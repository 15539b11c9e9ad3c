import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../src/contract/disk.ts';
import { hostsToJudgeAgain } from '../../src/domain/health-disks.ts';
import type { ObservedHealth } from '../../src/domain/health-observation.ts';
import { judgeCluster } from '../../src/domain/health-run.ts';
import { aHealthyCluster, healthyCeph } from '../builders/health-observation.ts';
import { aDisk } from '../console/states.ts';

const osdRow = (osdId: number, ...more: DiskRow['reasons']): DiskRow =>
  aDisk({ node: `n${osdId}`, verdict: 'in-use', reasons: ['IN_USE', 'OWN_OSD', ...more], osdId });
const raising = (osds: number[], muted = false): Pick<ObservedHealth, 'ceph'> => ({
  ceph: healthyCeph({
    health: {
      status: 'HEALTH_WARN',
      checks: [{ code: 'OSD_TOO_MANY_REPAIRS', severity: 'HEALTH_WARN', message: 'too many', muted, osds }],
    },
  }),
});
const suspected = (changes: Partial<ObservedHealth>) =>
  judgeCluster(aHealthyCluster(changes), null).findings.filter(({ code }) => code === 'DISK_SUSPECT');

describe('a health run', () => {
  it('names each failing disk once, with the input that replaces it, whoever tells of it', () => {
    const found = suspected({ rows: [osdRow(1, 'IO_ERRORS'), osdRow(2), osdRow(3)], ...raising([1, 3]) });
    expect(found.map(({ target, severity, because }) => [target, severity, because])).toEqual([
      [
        'osd.1',
        'warning',
        'The disk of osd.1 on /dev/sdb (wwn:0x5000c500a1b2c3d4) of n1 may be failing: the kernel logged I/O errors of it, and Ceph raises OSD_TOO_MANY_REPAIRS.',
      ],
      ['osd.3', 'warning', expect.stringMatching(/of n3 may be failing: Ceph raises OSD_TOO_MANY_REPAIRS\.$/)],
    ]);
    expect(found[0]?.remedy).toContain('replace-disk {"cluster":"rook-ceph","osd":1}');
  });

  it('names one whose row is not known, and one while Ceph does not answer', () => {
    expect(suspected(raising([7]))[0]?.because).toBe(
      'The disk of osd.7 may be failing: Ceph raises OSD_TOO_MANY_REPAIRS.',
    );
    const ceph = { reachable: false, reason: 'no mon', silent: 'ceph' } as const;
    expect(suspected({ rows: [osdRow(1, 'IO_ERRORS')], ceph })).toHaveLength(1);
  });

  it('says nothing of healthy ones, of what was muted, and of disks without an OSD of ours', () => {
    const blank = aDisk({ verdict: 'rejected', reasons: ['IO_ERRORS'] });
    expect(suspected({ rows: [osdRow(1), blank], ...raising([1], true) })).toEqual([]);
  });

  it('tells no change while only the counts of a dying disk grow', () => {
    const look = (evidence: string, before: ReturnType<typeof judgeCluster> | null) =>
      judgeCluster(aHealthyCluster({ rows: [{ ...osdRow(1, 'IO_ERRORS'), evidence: [evidence] }] }), before);
    expect(look('20 errors', look('12 errors', null))).toEqual(look('12 errors', look('12 errors', null)));
  });
});

describe('the device table is judged again', () => {
  const again = (changes: Partial<ObservedHealth>) => hostsToJudgeAgain(aHealthyCluster(changes));

  it('where Ceph suspects other disks than it shows, muted or not', () => {
    const rows = [osdRow(1), osdRow(2, 'OSD_SUSPECT'), osdRow(3, 'OSD_SUSPECT'), osdRow(4)];
    expect(again({ rows, ...raising([1, 3]) })).toEqual(['n1', 'n2']);
    expect(again({ rows: [osdRow(1)], ...raising([1], true) })).toEqual(['n1']);
    expect(again({ rows: [aDisk({ osdId: 1, reasons: ['UNFINISHED_OSD'] })], ...raising([1]) })).toEqual([]);
  });

  it('only where somebody could: with Ceph and document, and without an operation', () => {
    const differs = { rows: [osdRow(1)], ...raising([1]) };
    expect(again(differs)).toEqual(['n1']);
    expect(again({ ...differs, running: ['add-disk'] })).toEqual([]);
    expect(again({ ...differs, document: null })).toEqual([]);
    expect(again({ ...differs, document: { hash: null, findings: [] } })).toEqual([]);
    expect(again({ rows: [osdRow(1, 'OSD_SUSPECT')], ceph: { reachable: false, reason: '', silent: 'ceph' } })).toEqual(
      [],
    );
  });
});
