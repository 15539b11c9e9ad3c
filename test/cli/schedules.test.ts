import { describe, expect, it } from 'vitest';
import type { ScheduleRow } from '../../src/cli/temporal-port.ts';
import { NOW, runCommand } from './fake-outside.ts';

const row = (cluster: string, fields: Partial<ScheduleRow> = {}): ScheduleRow => ({
  id: `check-health:${cluster}`,
  cluster,
  state: 'running',
  note: '',
  lastRunAt: '2026-02-03T04:59:30.000Z',
  nextRunAt: NOW,
  ...fields,
});

describe('schedules', () => {
  it('lists those of all clusters', async () => {
    const run = await runCommand(['schedules'], {
      schedules: [row('blue', { state: 'paused', note: 'paused by ada: network' }), row('rook-ceph')],
    });
    expect(run.exitCode).toBe(0);
    expect(run.out).toBe(
      [
        'ID                       STATE     LAST RUN   NOTE',
        'check-health:blue        paused    30s ago    paused by ada: network',
        'check-health:rook-ceph   running   30s ago    -',
        '',
      ].join('\n'),
    );
  });

  it('prints rows for scripts, and none where there is none', async () => {
    const run = await runCommand(['schedules', 'list', 'rook-ceph', '-o', 'json'], {
      schedules: [row('rook-ceph'), row('blue')],
    });
    expect(JSON.parse(run.out)).toEqual([row('rook-ceph')]);
    const none = await runCommand(['schedules', 'list', '-n', 'other', '-o', 'json'], { schedules: [row('blue')] });
    expect([none.exitCode, JSON.parse(none.out)]).toEqual([0, []]);
    expect(none.err).toContain('no schedule of other; bootstrap makes it');
  });

  it('pauses with who and why, and prints what it is then', async () => {
    const run = await runCommand(['schedules', 'pause', 'rook-ceph', '--reason', 'quiet night', '-o', 'json'], {
      schedules: [row('rook-ceph')],
    });
    expect(run.steered).toEqual([['rook-ceph', 'pause', 'paused by alex: quiet night']]);
    expect(JSON.parse(run.out)).toMatchObject([{ state: 'paused', note: 'paused by alex: quiet night' }]);
  });

  it('resumes and triggers', async () => {
    const schedules = [row('rook-ceph', { state: 'paused' })];
    const resumed = await runCommand(['schedules', 'resume', 'rook-ceph', '--by', 'ada'], { schedules });
    expect(resumed.steered).toEqual([['rook-ceph', 'resume', 'resumed by ada']]);
    const triggered = await runCommand(['schedules', 'trigger', '-n', 'rook-ceph'], { schedules });
    expect(triggered.steered[0]?.slice(0, 2)).toEqual(['rook-ceph', 'trigger']);
    expect(triggered.err).toContain('A look begins now');
  });

  it.each([[['schedules', 'pause']], [['schedules', 'rook-ceph']], [['schedules', 'stop', 'rook-ceph']]])(
    'changes nothing where %j leaves open what to do, or to which cluster',
    async (argv) => {
      const run = await runCommand(argv, { schedules: [row('rook-ceph')] });
      expect([run.exitCode, run.steered]).toEqual([2, []]);
    },
  );
});
