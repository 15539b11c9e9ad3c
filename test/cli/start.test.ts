import { describe, expect, it } from 'vitest';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { aFinding, aParkedState, aPlan, aState, anAskingState, HASH } from '../console/states.ts';
import { finished, runCommand } from './fake-outside.ts';

const DOCUMENT = `apiVersion: ceph.rook.io/v1
kind: CephCluster
metadata:
  name: my-cluster
  namespace: rook-ceph
spec:
  cephVersion:
    image: quay.io/ceph/ceph:v20.2.4
  dataDirHostPath: /var/lib/rook
  mon:
    count: 3
  storage:
    useAllNodes: true
    useAllDevices: true
`;

const asking = anAskingState();
const teardownPlan: TeardownPlan = {
  ...aPlan({ operation: 'teardown' }),
  fsid: null,
  dataDir: '/var/lib/rook',
  nodes: ['n1'],
  disks: [],
  losses: ['pool rbd: 12 objects'],
  monStores: [],
};
const askingTeardown = anAskingState({ operation: 'teardown', plan: teardownPlan });

describe('bootstrap', () => {
  it('applies the document, starts, follows to the end and prints the result on standard output alone', async () => {
    const run = await runCommand(['bootstrap', '-f', 'c.yaml', '--approve', '-o', 'json'], {
      files: { 'c.yaml': DOCUMENT },
      looks: [aState(), finished({ health: 'HEALTH_OK' })],
    });
    expect(run.exitCode).toBe(0);
    expect(run.applied.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'Namespace/rook-ceph',
      'CephCluster/my-cluster',
    ]);
    expect(run.started).toMatchObject([
      { type: 'bootstrap', id: 'bootstrap:rook-ceph', input: { cluster: 'rook-ceph', approval: 'auto' } },
    ]);
    expect(JSON.parse(run.out)).toMatchObject({ outcome: 'done', health: 'HEALTH_OK' });
    expect(run.err).toContain('bootstrap rook-ceph applies the plan');
  });

  it('touches nothing when the document is wrong, and names file, line and column', async () => {
    const run = await runCommand(['bootstrap', '-f', 'c.yaml'], {
      files: { 'c.yaml': DOCUMENT.replace('count: 3', 'cuont: 3') },
    });
    expect(run.exitCode).toBe(2);
    expect(run.err).toMatch(/c\.yaml:11:5/);
    expect([...run.applied, ...run.started]).toEqual([]);
  });

  it('touches nothing when bootstrap runs already, and names it', async () => {
    const run = await runCommand(['bootstrap', '-f', 'c.yaml'], {
      files: { 'c.yaml': DOCUMENT },
      running: {},
      looks: [asking],
    });
    expect(run.exitCode).toBe(3);
    expect(run.err).toContain('cephflow watch bootstrap:rook-ceph');
    expect([...run.applied, ...run.started]).toEqual([]);
  });

  it('ends at once with 5 in a script that nobody approves, and prints the command that does', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { looks: [asking] });
    expect(run.exitCode).toBe(5);
    expect(run.err).toContain('cephflow approve bootstrap:rook-ceph --plan 0f3a9c12d4e5');
    expect(run.sent).toEqual([]);
  });

  it('waits on in a script with --wait until the time is over', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph', '--wait', '--timeout', '2m'], { looks: [asking] });
    expect(run.exitCode).toBe(5);
    expect(run.err).toContain('Stopped waiting; bootstrap:rook-ceph goes on.');
  });

  it('prints the id and follows nothing with --wait=false', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph', '--wait=false'], { looks: [asking] });
    expect([run.exitCode, run.out]).toEqual([0, 'bootstrap:rook-ceph\n']);
  });

  it('shows the plan on a terminal and approves exactly it when the person says yes', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { answers: ['yes'], looks: [asking, finished()] });
    expect(run.exitCode).toBe(0);
    expect(run.err).toContain('! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB');
    expect(run.sent).toEqual([
      { how: 'update', id: 'bootstrap:rook-ceph', name: 'approve', payload: { plan: HASH, by: 'alex' } },
    ]);
  });

  it('leaves the plan waiting when the person answers anything else', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { answers: ['y'], looks: [asking] });
    expect([run.exitCode, run.sent]).toEqual([5, []]);
  });

  it('asks again for a new plan, and once only for the same', async () => {
    const again = anAskingState({ plan: aPlan({ hash: 'b'.repeat(64) }) });
    const run = await runCommand(['bootstrap', 'rook-ceph'], {
      answers: ['yes', 'yes'],
      looks: [asking, asking, again, finished()],
    });
    expect(run.questions).toHaveLength(2);
    expect(run.sent.map(({ payload }) => (payload as { plan: string }).plan)).toEqual([HASH, 'b'.repeat(64)]);
  });

  it('detaches on Ctrl-C, changes nothing and says how to come back', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { looks: [aState(), 'ctrl-c'] });
    expect(run.exitCode).toBe(130);
    expect(run.err).toContain(
      'Detached; bootstrap:rook-ceph goes on. Follow it again with: cephflow watch bootstrap:rook-ceph',
    );
    expect(run.sent).toEqual([]);
  });

  it('detaches on Ctrl-C at the question too', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { answers: [null], looks: [asking] });
    expect(run.exitCode).toBe(130);
    expect(run.err).toContain('cephflow watch');
    expect(run.sent).toEqual([]);
  });

  it('ends with 5 in a script when a step is parked, and prints how to try again', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph', '--approve'], { looks: [aParkedState()] });
    expect(run.exitCode).toBe(5);
    expect(run.err).toContain('cephflow retry bootstrap:rook-ceph --step create-osds/n1 --attempt 3');
  });

  it('says once that no worker answers, and goes on when one is back', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph'], { looks: ['silent', 'silent', aState(), finished()] });
    expect(run.exitCode).toBe(0);
    expect(run.err.match(/No worker answers/g)).toHaveLength(1);
  });

  it('refuses waivers that exist for nobody', async () => {
    const run = await runCommand(['bootstrap', 'rook-ceph', '--waive', 'STALE_STATE']);
    expect([run.exitCode, run.started]).toEqual([2, []]);
    expect(run.err).toContain('STALE_STATE can never be waived');
  });

  it('needs to be told what to bootstrap', async () => {
    expect((await runCommand(['bootstrap'])).exitCode).toBe(2);
    const two = await runCommand(['bootstrap', 'other', '-f', 'c.yaml'], { files: { 'c.yaml': DOCUMENT } });
    expect([two.exitCode, two.applied]).toEqual([2, []]);
  });
});

describe('exit codes of endings', () => {
  it.each([
    ['done and healthy', finished({ health: 'HEALTH_OK' }), 0],
    ['finished but not healthy', finished({ health: 'HEALTH_WARN' }), 4],
    ['finished with something owed', finished({ owed: ['n2:/dev/sdc was not proven to be wiped.'] }), 4],
    ['rejected by a person', finished({ outcome: 'rejected' }), 3],
    ['a plan that can be carried out', finished({ outcome: 'planned', plan: aPlan() }), 0],
    ['a plan that is blocked', finished({ outcome: 'planned', findings: [aFinding({ severity: 'blocking' })] }), 3],
    ['refused for safety', failed('STALE_STATE'), 3],
    ['input refused', failed('INVALID_INPUT'), 2],
    ['not verified', failed('UNHEALTHY'), 4],
    ['not reachable', failed('KUBERNETES_UNREACHABLE'), 6],
    ['a bug', failed('BUG'), 70],
    ['a failure of someone else', failed(undefined), 1],
    ['cancelled', { ending: { kind: 'stopped', message: 'was cancelled' } } as const, 1],
  ])('%s', async (_, look, exitCode) => {
    const run = await runCommand(['watch', 'bootstrap:rook-ceph'], { running: { status: 'completed' }, looks: [look] });
    expect(run.exitCode).toBe(exitCode);
  });

  function failed(code: string | undefined) {
    return { ending: { kind: 'failed', code, message: 'It failed.', details: {} } } as const;
  }
});

describe('teardown', () => {
  it('never guesses what becomes of the data', async () => {
    const run = await runCommand(['teardown', 'rook-ceph']);
    expect([run.exitCode, run.started]).toEqual([2, []]);
    expect((await runCommand(['teardown', 'rook-ceph', '--data', 'delete'])).exitCode).toBe(2);
  });

  it('starts nothing when --confirm names another cluster', async () => {
    const run = await runCommand(['teardown', 'rook-ceph', '--data', 'destroy', '--confirm', 'rook']);
    expect([run.exitCode, run.started]).toEqual([2, []]);
  });

  it('shows what will be lost, then approves with the name that --confirm gave', async () => {
    const run = await runCommand(['teardown', 'rook-ceph', '--data', 'destroy', '--confirm', 'rook-ceph'], {
      looks: [askingTeardown, finished()],
    });
    expect(run.exitCode).toBe(0);
    expect(run.err).toContain('pool rbd: 12 objects');
    expect(run.sent).toMatchObject([{ name: 'approve', payload: { plan: HASH, by: 'alex', cluster: 'rook-ceph' } }]);
  });

  it('approves one plan by --confirm, never a second one', async () => {
    const other = { ...askingTeardown, plan: { ...teardownPlan, hash: 'c'.repeat(64) } };
    const run = await runCommand(['teardown', 'rook-ceph', '--data', 'destroy', '--confirm', 'rook-ceph'], {
      looks: [askingTeardown, other],
    });
    expect(run.exitCode).toBe(5);
    expect(run.sent).toHaveLength(1);
  });

  it('destroys nothing on a terminal unless the name of the cluster is typed', async () => {
    const argv = ['teardown', 'rook-ceph', '--data', 'destroy'];
    const yes = await runCommand(argv, { answers: ['yes'], looks: [askingTeardown] });
    expect([yes.exitCode, yes.sent]).toEqual([5, []]);
    const name = await runCommand(argv, { answers: ['rook-ceph'], looks: [askingTeardown, finished()] });
    expect(name.sent).toHaveLength(1);
  });

  it('ends with 5 in a script without --confirm', async () => {
    const run = await runCommand(['teardown', 'rook-ceph', '--data', 'destroy'], { looks: [askingTeardown] });
    expect([run.exitCode, run.sent]).toEqual([5, []]);
    expect(run.err).toContain('cephflow approve teardown:rook-ceph --plan 0f3a9c12d4e5 --cluster rook-ceph');
  });

  it('does not take a dry run for a teardown', async () => {
    const run = await runCommand(['teardown', 'rook-ceph', '--data', 'destroy', '--dry-run'], {
      looks: [finished({ outcome: 'planned', plan: teardownPlan, summary: 'Would wipe 1 disk.' })],
    });
    expect(run.started).toMatchObject([{ input: { cluster: 'rook-ceph', data: 'destroy', dryRun: true } }]);
    expect([run.exitCode, run.sent]).toEqual([0, []]);
    expect(run.out).toContain('! n1:/dev/sdb');
  });
});

describe('add-disk', () => {
  it('names host and disks in the input, and itself by cluster and host', async () => {
    const argv = ['add-disk', 'rook-ceph', 'n1', '--device', 'wwn:0x1', 'wwn:0x2', '--until', 'clean'];
    const run = await runCommand(argv, { looks: [finished()] });
    expect(run.exitCode).toBe(0);
    expect(run.started).toMatchObject([
      {
        type: 'addDisk',
        id: 'add-disk:rook-ceph:n1',
        input: { cluster: 'rook-ceph', node: 'n1', devices: ['wwn:0x1', 'wwn:0x2'], wait: 'clean' },
      },
    ]);
  });

  it('starts nothing without a host, or with a state that nobody can wait for', async () => {
    expect(await runCommand(['add-disk', 'rook-ceph'])).toMatchObject({ exitCode: 2, started: [] });
    const run = await runCommand(['add-disk', 'rook-ceph', 'n1', '--until', 'tomorrow']);
    expect(run).toMatchObject({ exitCode: 2, started: [] });
    expect(run.err).toContain('"wait"');
  });
});

describe('watch', () => {
  it('says that an operation does not exist', async () => {
    expect((await runCommand(['watch', 'bootstrap:other'])).exitCode).toBe(2);
  });

  it('follows an operation that another person approves', async () => {
    const run = await runCommand(['watch', 'bootstrap:rook-ceph', '--wait'], {
      running: {},
      looks: [asking, aState(), finished()],
    });
    expect([run.exitCode, run.sent]).toEqual([0, []]);
  });
});
