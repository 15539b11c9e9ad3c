import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetFlag } from '../../src/contract/check-health-activities.ts';
import { knownHealth, MOST_FINDINGS, type HealthResult } from '../../src/contract/check-health.ts';
import type { ObservedHealth } from '../../src/domain/health-observation.ts';
import { judgeCluster } from '../../src/domain/health-run.ts';
import { aHealthyCluster, guarded, healthyCeph, IDENTITY_PARTS } from '../builders/health-observation.ts';

const look = (changes: Partial<ObservedHealth> = {}, before: unknown = null): HealthResult =>
  judgeCluster(aHealthyCluster(changes), knownHealth(before));
const found = (changes: Partial<ObservedHealth>): string[] =>
  look(changes).findings.map(({ code, target }) => (target === undefined ? code : `${code} ${target}`));
const only = (changes: Partial<ObservedHealth>) => {
  const { findings } = look(changes);
  expect(findings).toHaveLength(1);
  return findings[0] ?? expect.fail('nothing was found');
};
const withFlag = (flag: string, on: string | null = null): Partial<ObservedHealth> => ({
  ceph: healthyCeph({ flags: [{ flag, on } satisfies SetFlag] }),
});
const check = (code: string, severity = 'HEALTH_WARN', muted = false) => ({
  code,
  severity,
  message: `${code} is so`,
  muted,
});
const raised = (...checks: ReturnType<typeof check>[]): Partial<ObservedHealth> => ({
  ceph: healthyCeph({ health: { status: 'HEALTH_WARN', checks } }),
});

describe('a healthy cluster', () => {
  it('is told in one line, and nothing is found', () => {
    expect(look()).toMatchObject({
      summary: 'rook-ceph: HEALTH_OK, 3 of 3 mons, mgr a, 3 of 3 OSDs up; nothing to look at.',
      health: 'HEALTH_OK',
      findings: [],
      changes: [],
    });
  });
});

describe('what Ceph says', () => {
  it('is told by its codes, gravest first, and muted ones as well', () => {
    const seen = look(
      raised(check('A_MUTED', 'HEALTH_WARN', true), check('POOL_FULL', 'HEALTH_ERR'), check('SLOW_OPS')),
    );
    expect(seen.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['POOL_FULL', 'blocking'],
      ['SLOW_OPS', 'warning'],
      ['A_MUTED', 'info'],
    ]);
    expect(seen.healthCodes).toEqual(['POOL_FULL', 'SLOW_OPS']);
  });

  it('is no answer where it does not answer: that is told apart from agents who do not ask', () => {
    const silent = (who: 'ceph' | 'agents') =>
      look({ ceph: { reachable: false, reason: 'no mon answered', silent: who } });
    expect(silent('ceph')).toMatchObject({
      health: 'UNREACHABLE',
      figures: null,
      findings: [{ code: 'CEPH_UNREACHABLE' }],
    });
    expect(silent('agents').findings).toMatchObject([{ code: 'AGENTS_SILENT', severity: 'blocking' }]);
  });
});

describe("what Ceph's colour hides", () => {
  it('is a host that is down while Ceph says OK', () => {
    const nodes = [
      { name: 'n1', ready: true },
      { name: 'n2', ready: false },
      { name: 'n3', ready: true },
    ];
    expect(only({ nodes, agents: ['n1', 'n3'] })).toMatchObject({
      code: 'NODE_DOWN',
      target: 'n2',
      because: expect.stringContaining('HEALTH_OK'),
    });
  });

  it('is a host that Kubernetes has forgotten, and no host that never carried anything', () => {
    expect(
      found({
        nodes: [
          { name: 'n1', ready: true },
          { name: 'n2', ready: true },
          { name: 'n9', ready: false },
        ],
      }),
    ).toEqual(['NODE_GONE n3']);
  });

  it('is an agent that is silent on a host that is ready', () => {
    expect(found({ agents: ['n1', 'n3'] })).toEqual(['AGENT_SILENT n2']);
  });

  it('is daemons of different versions, unless an upgrade is under way', () => {
    const ceph = healthyCeph({ version: null, versions: { mon: { '20.2.4': 2, '20.2.3': 1 } } });
    expect(only({ ceph }).because).toContain('mon 20.2.4 (2) and 20.2.3 (1)');
    expect(found({ ceph, running: ['upgrade-ceph-version'] })).toEqual([]);
  });

  it('is capacity that a failed host would not find, before Ceph warns of an OSD', () => {
    const used = (usedBytes: number) => found({ ceph: healthyCeph({ capacity: { usedBytes, totalBytes: 100 } }) });
    expect(used(79)).toEqual([]);
    expect(used(80)).toEqual(['CAPACITY_SCARCE capacity']);
    expect(found({ ceph: healthyCeph({ capacity: { usedBytes: 0, totalBytes: 0 } }) })).toEqual([]);
  });
});

describe('a flag that nobody owns', () => {
  it.each([
    ['noout', null, 'ceph osd unset noout'],
    ['noout', 'n2', 'ceph osd unset-group noout n2'],
    ['norebalance', 'osd.3', 'ceph osd unset-group norebalance osd.3'],
    ['pauserd', null, 'ceph osd unset pause'],
  ])('%s on %s: says by whom it could have been set, and what clears it', (flag, on, command) => {
    const finding = only(withFlag(flag, on));
    expect(finding).toMatchObject({ code: 'ORPHAN_FLAG', target: on === null ? flag : `${flag}@${on}` });
    expect(finding.because).toContain('a person in the toolbox');
    expect(finding.remedy).toContain(`-n rook-ceph exec deploy/rook-ceph-tools -- ${command}`);
  });

  it('is none while an operation runs that sets it, and is one while another runs', () => {
    expect(found({ ...withFlag('noout'), running: ['upgrade-ceph-version'] })).toEqual([]);
    expect(found({ ...withFlag('noout'), running: ['bootstrap'] })).toEqual(['ORPHAN_FLAG noout']);
  });
});

describe('an OSD that was left on the way', () => {
  const left = (state: 'destroyed' | 'out' | 'weightless', running: string[] = []) =>
    found({ ceph: healthyCeph({ unfinished: [{ osd: 5, state }] }), running });

  it.each([
    ['destroyed', 'replace-disk'],
    ['out', 'replace-disk'],
    ['weightless', 'remove-disk'],
    ['weightless', 'add-node'],
  ] as const)('%s is named unless %s runs, which goes on with it', (state, owner) => {
    expect(left(state)).toEqual(['LEFT_UNFINISHED osd.5']);
    expect(left(state, ['check-health'])).toEqual(['LEFT_UNFINISHED osd.5']);
    expect(left(state, [owner])).toEqual([]);
  });

  it('is named also while the disk of another OSD is waited for', () => {
    const destroyed = { ceph: healthyCeph({ unfinished: [{ osd: 5, state: 'destroyed' }] }) };
    expect(found({ ...destroyed, atHands: ['osd.4'] })).toEqual(['LEFT_UNFINISHED osd.5']);
    expect(found({ ...destroyed, atHands: ['osd.4', 'osd.5'] })).toEqual([]);
  });

  it('is told with the input that goes on', () => {
    const { remedy } = only({ ceph: healthyCeph({ unfinished: [{ osd: 5, state: 'destroyed' }] }) });
    expect(remedy).toContain('replace-disk {"cluster":"rook-ceph","osd":5}');
  });
});

describe('the document', () => {
  it('that is gone: the cluster goes on, with the cure', () => {
    const finding = only({ document: null, guarded: IDENTITY_PARTS });
    expect(finding).toMatchObject({ code: 'DOCUMENT_GONE', remedy: expect.stringMatching(/Apply .* teardown/) });
  });

  it('that was deleted is named as its own reading names it', () => {
    const deleted = {
      code: 'DOCUMENT_DELETED',
      severity: 'blocking' as const,
      because: 'deleted',
      target: 'rook-ceph',
    };
    const parts = [guarded('CephCluster', 'rook-ceph', { deleted: true, finalizers: ['x'] }), ...IDENTITY_PARTS];
    expect(found({ document: { hash: 'h1', findings: [deleted] }, guarded: parts })).toEqual([
      'DOCUMENT_DELETED rook-ceph',
    ]);
  });

  it('that was changed since it was applied, unless bootstrap is at it', () => {
    const document = { hash: 'h2', findings: [] };
    expect(found({ document })).toEqual(['DOCUMENT_NOT_APPLIED document']);
    expect(found({ document, running: ['bootstrap'] })).toEqual([]);
  });
});

describe('the identity', () => {
  it.each(IDENTITY_PARTS)('$kind $name lost: named, with what restores it', ({ kind, name }) => {
    const left = [guarded('CephCluster', 'rook-ceph'), ...IDENTITY_PARTS.filter((part) => part.name !== name)];
    expect(only({ guarded: left })).toMatchObject({
      code: 'IDENTITY_LOST',
      severity: 'blocking',
      target: `${kind}/${name}`,
      remedy: expect.stringContaining('Restore it'),
    });
  });

  it('that was deleted and is kept by a finalizer alone can still be saved', () => {
    const [first, ...others] = IDENTITY_PARTS.map((part) => ({ ...part, deleted: part.name === 'rook-ceph-mon' }));
    const parts = [guarded('CephCluster', 'rook-ceph'), ...(first === undefined ? [] : [first]), ...others];
    expect(only({ guarded: parts })).toMatchObject({
      code: 'IDENTITY_DELETED',
      remedy: expect.stringContaining('kubectl -n rook-ceph get secret rook-ceph-mon -o yaml'),
    });
  });

  it('without our finalizer: the command puts it back beside those of others', () => {
    const parts = [guarded('CephCluster', 'rook-ceph', { finalizers: ['their.io/own'] }), ...IDENTITY_PARTS];
    expect(only({ guarded: parts })).toMatchObject({
      code: 'FINALIZER_STRIPPED',
      remedy: expect.stringContaining(
        `patch cephcluster rook-ceph --type merge -p '{"metadata":{"finalizers":["their.io/own","cephflow.io/disaster-protection"]}}'`,
      ),
    });
  });

  it('is not missed where no cluster was made, or while it is torn down', () => {
    const nothing = { guarded: [], document: null };
    expect(found({ ...nothing, remembered: null })).toEqual([]);
    expect(found({ ...nothing, running: ['teardown'] })).toEqual([]);
    expect(found(nothing)).toHaveLength(5);
  });
});

describe('what waits for a person', () => {
  const waiting = (since: string, awaiting: 'approval' | 'operator' = 'operator') => ({
    waiting: [{ workflowId: 'bootstrap:rook-ceph', awaiting, since, because: 'verify: osd.3 is down' }],
  });

  it('is told after an hour, with what it waits for', () => {
    expect(found(waiting('2026-11-22T11:00:01.000Z'))).toEqual([]);
    const finding = only(waiting('2026-11-22T11:00:00.000Z'));
    expect(finding).toMatchObject({ code: 'OPERATION_WAITS', target: 'bootstrap:rook-ceph' });
    expect(finding.because).toBe('bootstrap:rook-ceph has been parked for 1h: verify: osd.3 is down');
    expect(only(waiting('2026-11-21T12:00:00.000Z', 'approval')).because).toContain('waited for an approval for 24h');
  });

  it('is a host that a teardown owes', () => {
    expect(only({ owed: [{ host: 'n7', says: 'it was away' }] })).toMatchObject({ code: 'HOST_OWED', target: 'n7' });
  });

  it.each([
    [{ state: 'paused' as const, note: 'by ada' }, 'is paused (by ada)', 'schedules resume rook-ceph'],
    [{ state: 'missing' as const }, 'is gone', 'Start bootstrap'],
    [{ state: 'different' as const, because: 'it ends by itself' }, 'it ends by itself', 'Start bootstrap'],
  ])('is the schedule itself: %j', (schedule, because, remedy) => {
    const finding = only({ schedule });
    expect(finding.code).toBe('SCHEDULE_NOT_RUNNING');
    expect(finding.because).toContain(because);
    expect(finding.remedy).toContain(remedy);
  });
});

describe('what changed', () => {
  it('is claimed only where a run before is known', () => {
    const sick = withFlag('noout');
    expect(look(sick).changes).toEqual([]);
    expect(look(sick, { some: 'other workflow' }).changes).toEqual([]);
    expect(look(sick, look()).changes).toEqual([expect.stringMatching(/^new: ORPHAN_FLAG noout: /)]);
    expect(look({}, look(sick)).changes).toEqual(['over: ORPHAN_FLAG noout']);
  });

  it('is not the numbers in a sentence', () => {
    const slow = (seconds: number) => {
      const one = { ...check('SLOW_OPS'), message: `blocked for ${seconds} sec` };
      return raised(one);
    };
    expect(look(slow(61), look(slow(1))).changes).toEqual([]);
  });

  it("is Ceph's colour", () => {
    const change = look({ ceph: healthyCeph({ health: { status: 'HEALTH_ERR', checks: [] } }) }, look()).changes;
    expect(change).toEqual(['health was HEALTH_OK and is HEALTH_ERR']);
  });

  it('survives the way through Temporal', () => {
    const before = look(withFlag('noout'));
    expect(look(withFlag('noout'), JSON.parse(JSON.stringify(before))).changes).toEqual([]);
  });
});

it('stays small, in one order, whatever is wrong', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(Array.from({ length: 60 }, (_, index) => `host-${index}`)), (nodes) => {
      const many = { remembered: { fsid: null, nodes }, nodes: [], agents: [] };
      const seen = look(many);
      expect(seen.findings.length).toBe(Math.min(nodes.length, MOST_FINDINGS));
      expect(look({ ...many, remembered: { fsid: null, nodes: nodes.toSorted() } }).findings).toEqual(seen.findings);
      expect(look(many, seen).changes).toEqual([]);
      expect(JSON.stringify(look(many, look())).length).toBeLessThan(20_000);
    }),
  );
});
