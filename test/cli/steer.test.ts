import { describe, expect, it } from 'vitest';
import { aParkedState, aState, aStep, anAskingState, HASH } from '../console/states.ts';
import { runCommand } from './fake-outside.ts';

const ID = 'bootstrap:rook-ceph';
const asking = { running: {}, looks: [anAskingState()] };

describe('approve', () => {
  it('needs the hash in a script', async () => {
    const run = await runCommand(['approve', ID], asking);
    expect([run.exitCode, run.sent]).toEqual([2, []]);
    expect(run.err).toContain('--plan HASH');
  });

  it('sends exactly the hash that the script names', async () => {
    const run = await runCommand(['approve', ID, '--plan', '0f3a9c12d4e5', '--by', 'kim', '--note', 'ok'], asking);
    expect(run.sent).toEqual([
      { how: 'update', id: ID, name: 'approve', payload: { plan: '0f3a9c12d4e5', by: 'kim', note: 'ok' } },
    ]);
    expect([run.exitCode, run.out]).toEqual([0, 'Approved.\n']);
  });

  it('sends nothing that cannot name a plan', async () => {
    const run = await runCommand(['approve', ID, '--plan', '0f3a'], asking);
    expect([run.exitCode, run.sent]).toEqual([2, []]);
  });

  it('needs the name of the cluster for teardown', async () => {
    const argv = ['approve', 'teardown:rook-ceph', '--plan', '0f3a9c12d4e5'];
    const without = await runCommand(argv, { running: { type: 'teardown' } });
    expect([without.exitCode, without.sent]).toEqual([2, []]);
    const named = await runCommand([...argv, '--cluster', 'rook-ceph'], { running: { type: 'teardown' } });
    expect(named.sent).toMatchObject([{ payload: { cluster: 'rook-ceph' } }]);
  });

  it('shows the plan on a terminal before it asks', async () => {
    const run = await runCommand(['approve', ID], { ...asking, answers: ['yes'] });
    expect(run.err).toContain('! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB');
    expect(run.sent).toMatchObject([{ payload: { plan: HASH } }]);
  });

  it('approves nothing unseen when no worker can show the plan', async () => {
    const run = await runCommand(['approve', ID], { running: {}, looks: ['silent'], answers: ['yes'] });
    expect([run.exitCode, run.sent]).toEqual([6, []]);
  });

  it('refuses where nothing waits for approval', async () => {
    const run = await runCommand(['approve', ID], { running: {}, looks: [aState()], answers: ['yes'] });
    expect([run.exitCode, run.sent]).toEqual([3, []]);
  });
});

describe('messages', () => {
  it('tells the sentence with which an operation refuses', async () => {
    const run = await runCommand(['approve', ID, '--plan', '0f3a9c12d4e5'], {
      ...asking,
      update: { kind: 'refused', code: 'PLAN_STALE', sentence: 'That plan is not the one that is asked.' },
    });
    expect([run.exitCode, run.out]).toEqual([3, '']);
    expect(run.err).toContain('That plan is not the one that is asked.');
  });

  it('falls back to the signal when no worker answers, and says that the outcome is not known', async () => {
    const run = await runCommand(['abort', ID, '--reason', 'wrong disks'], { update: { kind: 'silent' } });
    expect(run.sent.map(({ how }) => how)).toEqual(['update', 'signal']);
    expect(run.sent[1]).toMatchObject({ name: 'abort', payload: { by: 'alex', reason: 'wrong disks' } });
    expect(run.exitCode).toBe(5);
    expect(run.err).toContain(`cephflow show ${ID}`);
  });

  it('sends retry for exactly the step and attempt', async () => {
    const run = await runCommand(['retry', ID, '--step', 'create-osds/n1', '--attempt', '3']);
    expect(run.sent).toMatchObject([{ name: 'retry', payload: { step: 'create-osds/n1', attempt: 3, by: 'alex' } }]);
  });

  it('guesses no step in a script', async () => {
    const run = await runCommand(['skip', ID], { running: {}, looks: [aParkedState()] });
    expect([run.exitCode, run.sent]).toEqual([2, []]);
  });

  it('takes the only parked step on a terminal, and none of two', async () => {
    const one = await runCommand(['retry', ID], { running: {}, looks: [aParkedState()], answers: [] });
    expect(one.sent).toMatchObject([{ payload: { step: 'create-osds/n1', attempt: 3 } }]);
    const steps = ['a', 'b'].map((id) => aStep({ id, status: 'parked' }));
    const two = await runCommand(['retry', ID], { running: {}, looks: [aParkedState({ steps })], answers: [] });
    expect([two.exitCode, two.sent]).toEqual([2, []]);
  });

  it.each(['reject', 'abort'])('asks %s for a reason', async (name) => {
    const run = await runCommand([name, ID]);
    expect([run.exitCode, run.sent]).toEqual([2, []]);
  });

  it.each(['pause', 'resume'] as const)('sends %s', async (name) => {
    const run = await runCommand([name, ID, '-o', 'json']);
    expect(run.sent).toMatchObject([{ name, payload: { by: 'alex' } }]);
    expect(JSON.parse(run.out)).toEqual({ id: ID, message: name, answer: 'Approved.' });
  });
});
