import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOOTSTRAP_STEPS } from '../../src/contract/bootstrap.ts';
import { bootstrapSteps, type ExistingParts, type StepsInput } from '../../src/domain/bootstrap-steps.ts';
import { NOTHING_EXISTS } from '../builders/existing-parts.ts';

const everything: ExistingParts = {
  identity: true,
  monStores: ['a', 'b', 'c'],
  startFirst: [],
  quorum: true,
  mgrs: true,
  settings: true,
  runningOsds: ['u1', 'u2', 'u3'],
  madeOsds: [],
  halfMadeOsds: [],
  budgets: true,
  dashboard: true,
  toolbox: true,
  crashCollectors: true,
  watch: { state: 'running' },
  reported: true,
};

const osd = (node: string, osdUuid: string) => ({
  node,
  path: '/dev/sdb',
  diskId: `serial:${osdUuid}`,
  sizeBytes: 10 * 2 ** 30,
  osdUuid,
  crushRoot: 'default',
  crushLocation: [`host=${node}`],
});

const wanted = (existing: ExistingParts): StepsInput => ({
  mons: [
    { id: 'a', node: 'n1' },
    { id: 'b', node: 'n2' },
    { id: 'c', node: 'n3' },
  ],
  mgrs: ['a', 'b'],
  osds: [osd('n1', 'u1'), osd('n1', 'u2'), osd('n2', 'u3')],
  settings: ['global/x'],
  dashboard: true,
  crashCollectorNodes: ['n1', 'n2', 'n3'],
  document: '0123456789abcdef',
  existing,
});

const idsWith = (changes: Partial<ExistingParts>): string[] =>
  bootstrapSteps(wanted({ ...everything, ...changes })).map(({ id }) => id);
const CLOSING = ['verify', 'report-status'];

const anyExisting = fc.record<ExistingParts>({
  identity: fc.boolean(),
  monStores: fc.subarray(['a', 'b', 'c']),
  startFirst: fc.subarray(['a', 'b', 'c']),
  quorum: fc.boolean(),
  mgrs: fc.boolean(),
  settings: fc.boolean(),
  runningOsds: fc.subarray(['u1', 'u2', 'u3', 'of-nobody']),
  madeOsds: fc.constant([]),
  halfMadeOsds: fc.constant([]),
  budgets: fc.boolean(),
  dashboard: fc.boolean(),
  toolbox: fc.boolean(),
  crashCollectors: fc.boolean(),
  watch: fc.constantFrom(
    { state: 'running' as const },
    { state: 'missing' as const },
    { state: 'paused' as const, note: '' },
  ),
  reported: fc.boolean(),
});

describe('the steps of a bootstrap', () => {
  it('are all of them where nothing exists, in the order of its page', () => {
    const ids = bootstrapSteps(wanted(NOTHING_EXISTS)).map(({ id }) => id);
    expect(ids).toEqual([
      'make-identity',
      'place-mons',
      'make-mon-stores/a',
      'make-mon-stores/b',
      'make-mon-stores/c',
      'start-mons',
      'start-mgrs',
      'apply-settings',
      'create-osds/n1',
      'create-osds/n2',
      'protect-daemons',
      'set-up-dashboard',
      'start-toolbox',
      'start-crash-collectors',
      'verify',
      'watch-health',
      'report-status',
    ]);
  });

  it('are none for a finished cluster', () => {
    expect(idsWith({})).toEqual([]);
  });

  it.each<[string, Partial<ExistingParts>, string[]]>([
    ['mgr', { mgrs: false }, ['start-mgrs']],
    ['setting', { settings: false }, ['apply-settings']],
    ['OSD', { runningOsds: ['u1', 'u2'] }, ['create-osds/n2']],
    ['budget', { budgets: false }, ['protect-daemons']],
    ['dashboard', { dashboard: false }, ['set-up-dashboard']],
    ['toolbox', { toolbox: false }, ['start-toolbox']],
    ['crash collector', { crashCollectors: false }, ['start-crash-collectors']],
    ['status', { reported: false }, []],
    ['quorum', { quorum: false }, ['place-mons', 'start-mons']],
    ['mon store', { quorum: false, monStores: ['a', 'c'] }, ['place-mons', 'make-mon-stores/b', 'start-mons']],
  ])('are exactly what a missing %s needs, and its proof', (_, missing, expected) => {
    expect(idsWith(missing)).toEqual([...expected, ...CLOSING]);
  });

  it.each<[string, ExistingParts['watch'], RegExp]>([
    ['missing', { state: 'missing' }, /^make the schedule/],
    ['paused', { state: 'paused', note: 'quiet night' }, /^resume .* paused: quiet night$/],
    ['different', { state: 'different', because: 'it ends by itself' }, /^set right .*: it ends by itself$/],
  ])('bring a schedule back that is %s, and nothing else', (_, watch, does) => {
    expect(idsWith({ watch })).toEqual(['verify', 'watch-health', 'report-status']);
    const steps = bootstrapSteps(wanted({ ...everything, watch }));
    expect(steps.find(({ id }) => id === 'watch-health')).toMatchObject({
      does: expect.stringMatching(does),
      risk: 'none',
    });
  });

  it('go on after the identity alone was made, and do not make it twice', () => {
    const ids = bootstrapSteps(wanted({ ...NOTHING_EXISTS, identity: true })).map(({ id }) => id);
    expect(ids).not.toContain('make-identity');
    expect(ids.slice(0, 2)).toEqual(['place-mons', 'make-mon-stores/a']);
  });

  it('name each new disk by host, identity and uuid, and no other one: that is what an approval covers', () => {
    const steps = bootstrapSteps(wanted({ ...everything, runningOsds: ['u2'] }));
    const targets = steps.flatMap(({ risk, targets: all }) => (risk === 'destroys-data' ? all : []));
    expect(targets).toEqual(['n1:serial:u1:u1', 'n2:serial:u3:u3']);
  });

  it('say what will be formatted, with path, identity and size', () => {
    const [first] = bootstrapSteps(wanted({ ...everything, runningOsds: ['u2', 'u3'] }));
    expect(first?.does).toBe('format /dev/sdb (serial:u1, 10.0 GiB); start 1 OSDs on n1');
  });

  it('keep the rules of every half-made cluster', () => {
    const pages: readonly string[] = BOOTSTRAP_STEPS;
    const pageOf = (id: string): number => pages.indexOf(id.split('/')[0] ?? '');
    fc.assert(
      fc.property(anyExisting, (existing) => {
        const steps = bootstrapSteps(wanted(existing));
        const ids = steps.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.map(pageOf)).toEqual(ids.map(pageOf).toSorted((a, b) => a - b));
        for (const { risk, id } of steps) expect(risk === 'destroys-data').toBe(id.startsWith('create-osds/'));
        // A store that is complete is never planned again, nor is an OSD that runs.
        for (const mon of existing.monStores) expect(ids).not.toContain(`make-mon-stores/${mon}`);
        const targets = steps.flatMap((step) => step.targets).join('\n');
        for (const uuid of existing.runningOsds) expect(targets).not.toContain(`:${uuid}`);
        if (existing.quorum) expect(ids.filter((id) => /mon/.test(id) && id !== 'protect-daemons')).toEqual([]);
        if (ids.length > 0) expect(ids.filter((id) => id !== 'watch-health').slice(-2)).toEqual(CLOSING);
      }),
    );
  });
});
