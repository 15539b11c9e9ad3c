import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { checkInput, type OperationContract } from '../../src/contract/operation.ts';
import { OPERATIONS } from '../../src/contract/operations.ts';
import { teardownContract } from '../../src/contract/teardown.ts';

const operations = OPERATIONS as readonly OperationContract<unknown>[];
const problemsOf = (contract: OperationContract<never> | OperationContract<unknown>, value: unknown): string[] => {
  const checked = checkInput(contract as OperationContract<unknown>, value);
  return 'problems' in checked ? checked.problems : [];
};
const bootstrap = (value: unknown) => problemsOf(bootstrapContract as OperationContract<unknown>, value);

describe('an input of an operation', () => {
  it('with many faults is answered with each of them, in one go', () => {
    const problems = bootstrap({ dryRun: 'yes', approval: 'maybe', waive: [7], reason: 5, colour: 'red' });
    for (const named of ['cluster', 'dryRun', 'approval', 'waive.0', 'reason', 'colour'])
      expect(problems.filter((problem) => problem.startsWith(`"${named}" `))).toHaveLength(1);
    expect(problems).toHaveLength(6);
  });

  it('without the cluster is told what the cluster is', () => {
    expect(bootstrap({})).toEqual(['"cluster" is the namespace of the cluster, and is needed']);
  });

  it('names two wrong keys each, with the field that was meant', () => {
    expect(bootstrap({ cluster: 'c', aproval: 'auto', reasons: 'x' })).toEqual([
      '"aproval" is not a field of bootstrap; did you mean "approval"?',
      '"reasons" is not a field of bootstrap; did you mean "reason"?',
    ]);
  });

  it('with a key like no field gets no wild guess', () => {
    expect(bootstrap({ cluster: 'c', zzz: 1 })).toEqual(['"zzz" is not a field of bootstrap']);
  });

  it('never gets "auto" or a dry run by a word that only looks like it', () => {
    for (const approval of ['AUTO', 'Auto', true, null]) expect(bootstrap({ cluster: 'c', approval })).toHaveLength(1);
    for (const dryRun of ['true', 1, null]) expect(bootstrap({ cluster: 'c', dryRun })).toHaveLength(1);
  });

  it.each(['Rook', 'a_b', '-a', 'a-', 'a.b', '', 'a'.repeat(64), 'a/b', '../x', 'a b'])(
    'with "%s" as cluster is refused: it is no namespace',
    (cluster) => {
      expect(bootstrap({ cluster })).toHaveLength(1);
    },
  );

  it('is refused or taken, never crashed on, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const contract of operations) {
          const checked = checkInput(contract, value);
          if ('problems' in checked) expect(checked.problems.length).toBeGreaterThan(0);
          else expect(checked.input).toMatchObject({ cluster: expect.any(String) });
        }
      }),
    );
  });

  it('with any unknown key is refused by every operation: a typo must not be a default', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), (key) => {
        for (const contract of operations) {
          fc.pre(!(key in contract.example) && !['approval'].includes(key));
          expect(problemsOf(contract, { ...contract.example, [key]: 1 })).toHaveLength(1);
        }
      }),
    );
  });
});

describe('the input of teardown', () => {
  const teardown = (value: unknown) => problemsOf(teardownContract as OperationContract<unknown>, value);

  it('has no default for the data', () => {
    expect(teardown({ cluster: 'c' })).toEqual([expect.stringMatching(/^"data" must be "destroy" or "keep"/)]);
  });

  it.each(['Destroy', 'Keep', true, null, ''])('does not take %j for "destroy" or "keep"', (data) => {
    expect(teardown({ cluster: 'c', data })).toHaveLength(1);
  });
});

describe('an example', () => {
  it('of every operation passes its own check and comes out as it went in', () => {
    for (const contract of operations) {
      const checked = checkInput(contract, contract.example);
      expect('input' in checked && checked.input).toMatchObject(contract.example);
    }
  });
});
