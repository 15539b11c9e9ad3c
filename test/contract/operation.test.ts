import { describe, expect, it } from 'vitest';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { MESSAGE_HELP, MESSAGES } from '../../src/contract/messages.ts';
import { checkInput, type OperationContract } from '../../src/contract/operation.ts';
import { OPERATIONS } from '../../src/contract/operations.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import * as workflows from '../../workflows/index.ts';

const operations = OPERATIONS as readonly OperationContract<unknown>[];

const problemsOf = (contract: OperationContract<never>, value: unknown): string[] => {
  const checked = checkInput(contract, value);
  return 'problems' in checked ? checked.problems : [];
};

describe('every operation', () => {
  it('is a workflow that a person can start by its type', () => {
    expect(operations.filter(({ workflowType }) => !(workflowType in workflows))).toEqual([]);
  });

  it('has step ids that are kebab-case and unique', () => {
    for (const { steps } of operations) {
      expect(new Set(steps).size).toBe(steps.length);
      expect(steps.filter((step) => !/^[a-z]+(?:-[a-z]+)*$/.test(step))).toEqual([]);
    }
  });

  it('accepts its own example', () => {
    for (const contract of operations) expect(problemsOf(contract as never, contract.example)).toEqual([]);
  });

  it('suggests an id that names itself and the cluster', () => {
    for (const { name, suggestedId } of operations)
      expect(suggestedId({ cluster: 'prod', node: 'n1', osd: 5 })).toMatch(new RegExp(`^${name}:prod(:n1|:osd\\.5)?$`));
  });
});

describe('an input', () => {
  it('needs nothing but the cluster, and gets careful defaults', () => {
    const checked = checkInput(bootstrapContract, { cluster: 'rook-ceph' });
    expect(checked).toEqual({ input: { cluster: 'rook-ceph', dryRun: false, approval: 'required', waive: [] } });
  });

  it('is judged as a whole: every problem in one answer', () => {
    const problems = problemsOf(bootstrapContract as never, { cluster: 'Rook_Ceph', dryrun: true, waive: 'ALL' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toContain('"cluster" is the name of a Kubernetes namespace');
    expect(problems.join('\n')).toContain('"dryrun" is not a field of bootstrap; did you mean "dryRun"?');
  });

  it.each([undefined, null])('that is %s is answered, not crashed on', (value) => {
    expect(problemsOf(bootstrapContract as never, value)).toEqual(['there is no input']);
  });

  it.each([[['rook-ceph']], ['rook-ceph'], [7]])('that is no object (%j) is refused', (value) => {
    expect(problemsOf(bootstrapContract as never, value)).toEqual(['the input is one JSON object']);
  });

  it('of teardown says what becomes of the data: "destroy" or "keep", and nothing is guessed', () => {
    for (const data of [undefined, 'delete'])
      expect(problemsOf(teardownContract as never, { cluster: 'c', data }).join()).toMatch(/"destroy".*"keep"/);
  });
});

describe('a message', () => {
  it('has one line of help with a payload', () => {
    expect(Object.keys(MESSAGE_HELP)).toEqual(Object.keys(MESSAGES));
    expect(Object.values(MESSAGE_HELP).filter((help) => !help.includes('{"'))).toEqual([]);
  });

  it('that approves carries at least 8 characters of the hash, and who', () => {
    expect(MESSAGES.approve.safeParse({ plan: '0f3a9c1', by: 'ada' }).success).toBe(false);
    expect(MESSAGES.approve.safeParse({ plan: '0f3a9c12' }).success).toBe(false);
    expect(MESSAGES.approve.safeParse({ plan: '0f3a9c12', by: 'ada' }).success).toBe(true);
  });

  it('about a step names step and attempt', () => {
    expect(MESSAGES.retry.safeParse({ step: 'create-osds/n1', by: 'ada' }).success).toBe(false);
    expect(MESSAGES.skip.safeParse({ attempt: 1, by: 'ada' }).success).toBe(false);
  });

  it('that ends an operation says why', () => {
    expect(MESSAGES.reject.safeParse({ by: 'ada' }).success).toBe(false);
    expect(MESSAGES.abort.safeParse({ by: 'ada', reason: '' }).success).toBe(false);
  });
});
