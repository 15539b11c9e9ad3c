import { MockActivityEnvironment } from '@temporalio/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHealthLookActivities } from '../../../activities/health/read-health-facts.ts';
import type { CephHealth } from '../../../src/contract/check-health-activities.ts';
import { fakePrograms } from '../fake-agent.ts';
import { connectedAgent, FSID } from '../ceph/fake-ceph.ts';

/** In the order in which they are asked. */
const ANSWERS = {
  quorum_status: {
    quorum_names: ['c', 'a'],
    quorum_leader_name: 'a',
    monmap: { fsid: FSID, mons: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
  },
  'mgr stat': { epoch: 7, available: true, active_name: 'a', num_standby: 1 },
  versions: { mon: { 'ceph version 20.2.4 (x) tentacle (stable)': 3 }, overall: {} },
  'health detail': {
    status: 'HEALTH_WARN',
    checks: { OSDMAP_FLAGS: { severity: 'HEALTH_WARN', summary: { message: 'noout flag(s) set' } } },
  },
  'osd dump': {
    flags: 'noout,sortbitwise,purged_snapdirs',
    crush_node_flags: { n2: ['norebalance'] },
    full_ratio: 0.95,
    backfillfull_ratio: 0.9,
    nearfull_ratio: 0.85,
    osds: [
      { osd: 0, uuid: 'u0', up: 1, in: 1, state: ['exists', 'up'] },
      { osd: 1, uuid: 'u1', up: 0, in: 1, state: ['exists', 'noin'] },
    ],
    pools: [],
  },
  'osd tree': { nodes: [{ id: 0, crush_weight: 0.1 }, { id: 1 }] },
  status: { pgmap: { bytes_used: 10, bytes_total: 100 } },
};

/** A `ceph` that reads its commands from standard input and answers each with one line, an empty one before it. */
async function look(answers: Partial<Record<keyof typeof ANSWERS, unknown>> = {}, exit = 0) {
  const { deps, root } = await connectedAgent();
  const cases = Object.entries({ ...ANSWERS, ...answers }).map(([command, answer]) =>
    answer === undefined ? `  '${command}') ;;` : `  '${command}') printf '\\n%s\\n' '${JSON.stringify(answer)}' ;;`,
  );
  const log = join(root, 'calls');
  const ceph = [
    `echo started >> ${log}`,
    ...(exit === 0 ? [] : [`exit ${exit}`]),
    'while read -r line; do',
    `echo "$line" >> ${log}`,
    'case "$line" in',
    ...cases,
    'esac',
    'done',
  ].join('\n');
  await fakePrograms(root, { ceph });
  const activities = createHealthLookActivities(deps);
  const seen = (await new MockActivityEnvironment().run(() =>
    activities.readHealthFacts({ cluster: 'rook-ceph' }),
  )) as CephHealth;
  const calls = (await readFile(log, 'utf8')).trim().split('\n');
  return { seen, calls };
}

describe('the look of a health run', () => {
  it('costs one process, whatever it asks', async () => {
    const { calls } = await look();
    expect(calls).toEqual(['started', ...Object.keys(ANSWERS)]);
  });

  it('tells quorum, mgr, OSDs, version, health, capacity, ratios and flags', async () => {
    const { seen } = await look();
    expect(seen).toEqual({
      reachable: true,
      fsid: FSID,
      mons: { all: ['a', 'b', 'c'], quorum: ['a', 'c'] },
      mgr: { active: 'a', standbys: 1 },
      osds: { up: 1, in: 2, all: 2, down: [1] },
      version: '20.2.4',
      versions: { mon: { '20.2.4': 3 } },
      health: {
        status: 'HEALTH_WARN',
        checks: [{ code: 'OSDMAP_FLAGS', severity: 'HEALTH_WARN', message: 'noout flag(s) set', muted: false }],
      },
      capacity: { usedBytes: 10, totalBytes: 100 },
      ratios: { nearfull: 0.85, backfillfull: 0.9, full: 0.95 },
      flags: [
        { flag: 'noout', on: null },
        { flag: 'norebalance', on: 'n2' },
        { flag: 'noin', on: 'osd.1' },
      ],
      unfinished: [],
    });
  });

  it('names the OSDs whose disks Ceph suspects, the first few of many, and of no other code', async () => {
    const raised = (...messages: string[]) => ({
      severity: 'HEALTH_WARN',
      summary: { message: 'osd.99 and others' },
      detail: messages.map((message) => ({ message })),
    });
    const checks = {
      OSD_TOO_MANY_REPAIRS: raised('osd.5 had 12 reads repaired', '     osd.0 had 11 reads repaired'),
      BLUESTORE_SPURIOUS_READ_ERRORS: raised(
        ...Array.from({ length: 30 }, (_, id) => `osd.${id}  reads with retries: 1`),
      ),
      OSD_DOWN: raised('osd.3 (root=default,host=n1) is down'),
    };
    const { seen } = await look({ 'health detail': { status: 'HEALTH_WARN', checks } });
    const named = seen.reachable ? seen.health.checks.map(({ code, osds }) => [code, osds]) : [];
    expect(named).toEqual([
      ['OSD_TOO_MANY_REPAIRS', [0, 5]],
      ['BLUESTORE_SPURIOUS_READ_ERRORS', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['OSD_DOWN', undefined],
    ]);
  });

  it('stays small for a large cluster', async () => {
    const osds = Array.from({ length: 5000 }, (_, osd) => ({ osd, uuid: 'u', up: 0, in: 0, state: ['noout'] }));
    const { seen } = await look({ 'osd dump': { ...ANSWERS['osd dump'], osds } });
    expect(JSON.stringify(seen).length).toBeLessThan(4000);
    expect(seen).toMatchObject({ osds: { up: 0, all: 5000 } });
  });

  it('takes a refused question for silence, though the program ends well', async () => {
    const { seen } = await look({ versions: undefined });
    expect(seen).toMatchObject({ reachable: false, silent: 'ceph', reason: 'Ceph answered 6 of 7 questions' });
  });

  it('answers also where Ceph does not', async () => {
    const { seen } = await look({}, 1);
    expect(seen).toMatchObject({ reachable: false, silent: 'ceph' });
  });

  it('tells OSDs that an operation left on its way, and no dead one', async () => {
    const osds = [
      { osd: 0, uuid: 'u0', up: 1, in: 1, state: ['exists', 'up'] },
      { osd: 1, uuid: 'u1', up: 1, in: 0, state: ['exists', 'up'] },
      { osd: 2, uuid: 'u2', up: 1, in: 1, state: ['exists', 'up'] },
      { osd: 3, uuid: 'u3', up: 0, in: 0, state: ['destroyed', 'exists'] },
      { osd: 4, uuid: 'u4', up: 0, in: 0, state: ['autoout', 'exists'] },
    ];
    const nodes = [0, 1, 3, 4].map((id) => ({ id, crush_weight: 0.1 }));
    const { seen } = await look({
      'osd dump': { ...ANSWERS['osd dump'], osds },
      'osd tree': { nodes: [...nodes, { id: 2, crush_weight: 0 }] },
    });
    expect(seen).toMatchObject({
      unfinished: [
        { osd: 1, state: 'out' },
        { osd: 2, state: 'weightless' },
        { osd: 3, state: 'destroyed' },
      ],
    });
  });
});
