import { MockActivityEnvironment } from '@temporalio/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forceDestroyOsd, planForced } from '../../../activities/osds/force-destroy-osd.ts';
import type { Plan } from '../../../src/contract/plan.ts';
import { connectedAgent } from '../ceph/fake-ceph.ts';
import { fakePrograms } from '../fake-agent.ts';

const STATE = 'active+undersized+degraded';
const FORCE = 'osd destroy 0 --yes-i-really-mean-it';

const mapOf = (first: object) => ({
  full_ratio: 0.95,
  backfillfull_ratio: 0.9,
  nearfull_ratio: 0.85,
  osds: [first, { osd: 1, uuid: 'u1', up: 1, in: 1 }, { osd: 2, uuid: 'u2', up: 1, in: 1 }],
  pools: [{ pool: 1, pool_name: 'rbd', size: 3, min_size: 2, crush_rule: 0 }],
});
const DEAD = { osd: 0, uuid: 'u0', up: 0, in: 1, state: ['exists'] };
const DESTROYED = { osd: 0, uuid: '0', up: 0, in: 1, state: ['exists', 'destroyed'] };

/** Three hosts with an OSD each. */
const ANSWERS = {
  'osd tree': {
    nodes: [
      { id: -1, name: 'default', type: 'root', children: [-2, -3, -4] },
      ...[0, 1, 2].flatMap((id) => [
        { id: -2 - id, name: `n${id + 1}`, type: 'host', children: [id] },
        { id, name: `osd.${id}`, type: 'osd' },
      ]),
    ],
  },
  'osd df': { nodes: [0, 1, 2].map((id) => ({ id, crush_weight: 1, kb: 100, kb_used: 10, pgs: 1 })) },
  // A list of one answer, which is a list itself.
  'osd crush rule dump': [
    [
      {
        rule_id: 0,
        steps: [
          { op: 'take', item_name: 'default' },
          { op: 'chooseleaf_firstn', type: 'host' },
        ],
      },
    ],
  ],
  status: { osdmap: {}, pgmap: { num_pgs: 1, pgs_by_state: [{ state_name: STATE, count: 1 }] } },
  'pg dump pgs_brief': { pg_ready: true, pg_stats: [{ pgid: '1.0', state: STATE, acting: [1, 2] }] },
  'pg ls degraded': { pg_ready: true, pg_stats: [{ pgid: '1.0', avail_no_missing: ['1', '2'] }] },
};

/**
 * A `ceph` that has osd.0 destroyed from the command on, and answers both single commands and several by standard input. A list of answers
 * is given one by one, the last one from then on.
 */
async function cluster(first: object = DEAD, answers: object = {}) {
  const { deps, root } = await connectedAgent();
  const log = join(root, 'calls');
  const cases = Object.entries({ ...ANSWERS, ...answers }).map(([command, answer]) => {
    const inTurn = [answer].flat().map((one) => JSON.stringify(one));
    const nth = `$(grep -cx "$1" ${log})`;
    return `  '${command}') printf '%s\\n' ${inTurn.map((one) => `'${one}'`).join(' ')} | head -n "${nth}" | tail -n 1 ;;`;
  });
  const ceph = [
    'answer() {',
    `echo "$1" >> ${log}`,
    'case "$1" in',
    `  'osd dump') if grep -q 'osd destroy' ${log}; then echo '${JSON.stringify(mapOf(DESTROYED))}'; else echo '${JSON.stringify(mapOf(first))}'; fi ;;`,
    "  'auth get'*) exit 2 ;;",
    ...cases,
    'esac',
    '}',
    'line="$*"; words="${line#*-f json}"',
    'if [ -n "$words" ]; then answer "${words# }"; else while read -r line; do answer "$line"; done; fi',
    'exit 0',
  ].join('\n');
  await fakePrograms(root, { ceph });
  const input = { cluster: 'rook-ceph', osd: { id: 0, uuid: 'u0' } };
  return {
    plan: () => new MockActivityEnvironment().run<[], Plan, () => Promise<Plan>>(() => planForced(deps, input)),
    force: () => new MockActivityEnvironment().run(() => forceDestroyOsd(deps, input)),
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
  };
}

describe('the forced destroy', () => {
  it('reads every condition right before, and the outcome right after', async () => {
    const { force, calls } = await cluster();
    expect(await force()).toEqual({ already: false });
    const [before = '', after = ''] = (await calls()).join('|').split(FORCE);
    for (const asked of ['pg dump pgs_brief', 'pg ls degraded', 'osd dump', 'osd tree', 'status'])
      expect(before).toContain(asked);
    expect(after).toContain('osd dump');
    expect(after).toContain('auth get osd.0');
  });

  it.each([
    ['came back', { ...DEAD, up: 1 }, {}, /osd\.0 is up: it is alive/],
    ['is another one', { ...DEAD, uuid: 'other' }, {}, /is not the OSD u0/],
    [
      'may hold the last whole copy',
      DEAD,
      { 'pg ls degraded': { pg_stats: [{ pgid: '1.0', avail_no_missing: ['1'] }] } },
      /PG 1\.0 has 1 whole copies/,
    ],
  ])('does not touch an OSD that %s', async (_, first, answers, fact) => {
    const { force, plan, calls } = await cluster(first, answers);
    const refused = expect.objectContaining({ code: 'FORCED_DESTROY_REFUSED' }) as Error;
    await expect(force()).rejects.toEqual(refused);
    await expect(force()).rejects.toThrow(fact);
    await expect(plan()).rejects.toThrow(fact);
    expect((await calls()).filter((call) => call.includes('destroy'))).toEqual([]);
  });

  it('waits for PGs on their way, as those of a new pool are, and judges by what Ceph says then', async () => {
    const status = (name: string, pgs: number) => ({
      osdmap: {},
      pgmap: { num_pgs: pgs, pgs_by_state: [{ state_name: name, count: pgs }] },
    });
    const { plan, calls } = await cluster(DEAD, { status: [status('unknown', 17), status(STATE, 1)] });
    expect((await plan()).steps.map(({ id }) => id)).toEqual(['force-destroy-osd']);
    expect((await calls()).filter((call) => call === 'pg dump pgs_brief')).toHaveLength(2);
  });

  it.each([
    [
      'PGs that the other answer does not have yet',
      ['1.0', '1.1'].map((pgid) => ({ pgid, state: STATE, acting: [1, 2] })),
    ],
    ['a PG on its way', [{ pgid: '1.0', state: 'unknown', acting: [] }]],
    ['a PG that has not told yet that the OSD is down', [{ pgid: '1.0', state: STATE, acting: [0, 1, 2] }]],
  ])('waits for Ceph to tell the rest where it tells of %s', async (_, early) => {
    const late = ANSWERS['pg dump pgs_brief'];
    const { plan, calls } = await cluster(DEAD, { 'pg dump pgs_brief': [{ pg_stats: early }, late] });
    expect((await plan()).steps.map(({ id }) => id)).toEqual(['force-destroy-osd']);
    expect((await calls()).filter((call) => call === 'pg dump pgs_brief')).toHaveLength(2);
  });

  it('does not wait for an OSD that is alive', async () => {
    const alive = { pg_stats: [{ pgid: '1.0', state: STATE, acting: [0, 1, 2] }] };
    const { plan, calls } = await cluster({ ...DEAD, up: 1 }, { 'pg dump pgs_brief': alive });
    await expect(plan()).rejects.toThrow(/is up/);
    expect((await calls()).filter((call) => call === 'pg dump pgs_brief')).toHaveLength(1);
  });

  it('finds it destroyed the second time', async () => {
    const { force, plan, calls } = await cluster(DESTROYED);
    expect(await force()).toEqual({ already: true });
    expect((await plan()).steps).toEqual([]);
    expect((await calls()).filter((call) => call.includes('destroy'))).toEqual([]);
  });

  it('is planned without a change', async () => {
    const { plan, calls } = await cluster();
    expect((await plan()).steps.map(({ id }) => id)).toEqual(['force-destroy-osd']);
    expect((await calls()).filter((call) => call.includes('destroy'))).toEqual([]);
  });
});
