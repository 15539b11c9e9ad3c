import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { labPaths } from '../../deploy/lab/paths.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { cephflow } from './cli.ts';
import { expectExampleCluster } from './cluster.ts';
import { applyDocument, documentWith, expectNothingMade, removeNamespace } from './documents.ts';
import { useLab, type Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';

/** A second cluster on the same hosts, below the first one's directory so that each node keeps its own. */
const OTHER = 'other-ceph';

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
});
afterAll(abortLeftovers);

describe('a wrong input', () => {
  it('is refused at once with every problem and an example that can be used', async () => {
    const operation = await Operation.start(bootstrapContract, { clutser: CLUSTER, dryRun: 'yes' }, 'wrong-input');
    const { code, message } = await operation.failure();
    expect(code).toBe('INVALID_INPUT');
    expect(message).toContain('"clutser" is not a field of bootstrap');
    expect(message).toContain('"cluster" is the namespace of the cluster, and is needed');
    expect(message).toContain('"dryRun"');
    expect(JSON.parse(/\{.*\}/.exec(message)?.[0] ?? '')).toEqual(bootstrapContract.example);
  });

  it('is refused when it is missing altogether', async () => {
    const { workflowType } = bootstrapContract;
    const { message } = await (
      await Operation.start({ workflowType, suggestedId: () => '' }, null, 'no-input')
    ).failure();
    expect(message).toContain('there is no input');
  });

  it('of teardown is refused when it does not say what becomes of the data', async () => {
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER }, 'no-fate');
    const { message } = await operation.failure();
    expect(message).toContain('"data" must be "destroy" or "keep": teardown never guesses what becomes of the data');
  });

  it('names a waived code that can never be waived before anything is started', async () => {
    const { exitCode, err } = await cephflow('bootstrap', CLUSTER, '--waive', 'STALE_STATE');
    expect(exitCode).toBe(2);
    expect(err).toContain('STALE_STATE can never be waived');
  });
});

describe('a wrong document', () => {
  const file = join(labPaths().state, 'wrong.yaml');
  afterAll(async () => {
    await rm(file, { force: true });
    await removeNamespace(lab.kubernetes, OTHER);
  });

  it('is refused by the command line with file, line and column, and the field that was meant', async () => {
    const document = await documentWith(lab.image, { mon: { cuont: 3 } }, OTHER);
    await writeFile(file, stringify(document));
    const { exitCode, err } = await cephflow('bootstrap', '-f', file);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/wrong\.yaml:\d+:\d+/);
    expect(err).toContain('mon.cuont');
    expect(err).toContain('did you mean mon.count');
    expect(await lab.kubernetes.read({ apiVersion: 'v1', kind: 'Namespace', name: OTHER })).toBeUndefined();
  });

  it.each([
    ['a typo', { mon: { cuont: 3 } }, 'mon.cuont'],
    ['an even number of mons', { mon: { count: 4 } }, 'mon.count'],
  ])('with %s fails the operation with the place, and nothing is made', async (_, change, place) => {
    const applied = await applyDocument(lab.kubernetes, await documentWith(lab.image, change, OTHER));
    if (applied.refused !== undefined) {
      // The API server itself knows the schema and may be first to refuse.
      expect(applied.refused).toContain(place);
    } else {
      const operation = await Operation.start(bootstrapContract, { cluster: OTHER });
      const { code, message } = await operation.failure();
      expect(code).toBe('INVALID_DOCUMENT');
      expect(message).toContain(place);
    }
    await expectNothingMade(OTHER);
  });

  it('with a field that is not built yet waits for its cure by name, and leaves nothing when it is aborted', async () => {
    await expectBlocked({ storage: { useAllNodes: true, config: { encryptedDevice: 'true' } } }, [
      'FIELD_REFUSED',
      'encryptedDevice',
    ]);
  });

  it('with more mons than hosts waits for its cure with both numbers', async () => {
    await expectBlocked({ mon: { count: 5 } }, ['TOO_FEW_NODES', '5', '3']);
  });

  it('whose image is not Ceph fails the operation by its name, and nothing is made', async () => {
    const image = 'localhost/pause:1';
    const document = await documentWith(lab.image, { cephVersion: { image } }, OTHER);
    await applyDocument(lab.kubernetes, document);
    const operation = await Operation.start(bootstrapContract, { cluster: OTHER });
    const { code, message } = await operation.failure(180);
    expect(code).toBe('NOT_A_CEPH_IMAGE');
    expect(message).toContain(image);
    await expectNothingMade(OTHER);
  });

  async function expectBlocked(change: object, words: string[]): Promise<void> {
    const { refused } = await applyDocument(lab.kubernetes, await documentWith(lab.image, change, OTHER));
    expect(refused).toBeUndefined();
    const operation = await Operation.start(bootstrapContract, { cluster: OTHER });
    try {
      const { state, step } = await operation.untilParked('plan');
      for (const word of words) expect(step.because).toContain(word);
      expect(state.phase).not.toBe('apply');
    } finally {
      await operation.abort();
    }
    await expectNothingMade(OTHER);
  }
});

describe('a message', () => {
  let operation: Operation;
  let hash: string;

  beforeAll(async () => {
    operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    hash = (await operation.untilAsked()).hash;
  });

  it.each([
    [
      'approve with another hash',
      'approve',
      () => ({ plan: '0'.repeat(64), by: 'e2e', cluster: CLUSTER }),
      'is not the one asked',
    ],
    ['approve without the name', 'approve', () => ({ plan: hash, by: 'e2e' }), `needs "cluster":"${CLUSTER}"`],
    [
      'approve with another name',
      'approve',
      () => ({ plan: hash, by: 'e2e', cluster: OTHER }),
      `needs "cluster":"${CLUSTER}"`,
    ],
    [
      'approve with seven characters',
      'approve',
      () => ({ plan: hash.slice(0, 7), by: 'e2e', cluster: CLUSTER }),
      'was not understood',
    ],
    ['retry of a step that runs', 'retry', () => ({ step: 'wipe-disks/n1', attempt: 1, by: 'e2e' }), 'is not parked'],
    ['skip of a step that runs', 'skip', () => ({ step: 'plan', attempt: 1, by: 'e2e' }), 'is not parked'],
  ] as const)(
    'that cannot be honoured is refused with its reason and changes nothing: %s',
    async (_, name, payload, why) => {
      expect(await operation.update(name, payload())).toEqual({
        taken: false,
        sentence: expect.stringContaining(why) as string,
      });
      const before = (await operation.state())?.refusedMessages.length ?? 0;
      await operation.signal(name, payload());
      const state = await operation.untilState(
        'shows the refused signal',
        (now) => now.refusedMessages.length > before || now.refusedMessages.length === 5,
      );
      expect(state.refusedMessages.at(-1)).toContain(why);
      expect(state).toMatchObject({ awaiting: 'approval', phase: 'approve', plan: { hash } });
    },
  );

  it('to approve in the wrong phase is refused', async () => {
    const blocked = await documentWith(lab.image, { mon: { count: 5 } }, OTHER);
    await applyDocument(lab.kubernetes, blocked);
    const parked = await Operation.start(bootstrapContract, { cluster: OTHER });
    const { state, step } = await parked.untilParked('plan');
    const answer = await parked.update('approve', { plan: state.plan?.hash ?? '', by: 'e2e' });
    expect(answer).toEqual({ taken: false, sentence: expect.stringContaining('no plan waits for approval') as string });
    const late = await parked.update('retry', { step: step.id, attempt: step.attempt + 1, by: 'e2e' });
    expect(late).toEqual({ taken: false, sentence: expect.stringContaining(`attempt ${step.attempt}, not`) as string });
    const skipped = await parked.update('skip', { step: step.id, attempt: step.attempt, by: 'e2e' });
    expect(skipped).toEqual({ taken: false, sentence: expect.stringContaining('cannot be skipped') as string });
    await parked.abort();
    await removeNamespace(lab.kubernetes, OTHER);
  });

  it('to reject ends the operation, and the cluster serves as before', async () => {
    await operation.signal('reject', { by: 'e2e', reason: 'only looking' });
    const result = await operation.result();
    expect(result.outcome).toBe('rejected');
    expect(result.summary).toContain('only looking');
    await expectExampleCluster(CLUSTER);
  });
});
