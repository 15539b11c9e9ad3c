import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/contract/finding.ts';
import type { PlanStep, Risk } from '../../src/contract/plan.ts';
import { hashPlan, type HashedPlan } from '../../src/domain/plan-hash.ts';

const text = fc.string({ maxLength: 12 });
const risk = fc.constantFrom<Risk>('none', 'reduces-redundancy', 'destroys-data');
const step: fc.Arbitrary<PlanStep> = fc.record({
  id: text,
  targets: fc.array(text, { maxLength: 4 }),
  does: text,
  risk,
  alwaysAsk: fc.boolean(),
});
const finding: fc.Arbitrary<Finding> = fc.record(
  {
    code: text,
    severity: fc.constantFrom('info', 'warning', 'blocking'),
    because: text,
    remedy: text,
    target: text,
    evidence: fc.jsonValue() as fc.Arbitrary<NonNullable<Finding['evidence']>>,
  },
  { requiredKeys: ['code', 'severity', 'because'] },
);
const plan: fc.Arbitrary<HashedPlan> = fc.record({
  operation: text,
  cluster: text,
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  findings: fc.array(finding, { minLength: 1, maxLength: 5 }),
});

const changedFirstStep = (given: HashedPlan, change: (first: PlanStep) => Partial<PlanStep>): HashedPlan => {
  const [first, ...rest] = given.steps as [PlanStep, ...PlanStep[]];
  return { ...given, steps: [{ ...first, ...change(first) }, ...rest] };
};
const changedFirstFinding = (given: HashedPlan, change: (first: Finding) => Partial<Finding>): HashedPlan => {
  const [first, ...rest] = given.findings as [Finding, ...Finding[]];
  return { ...given, findings: [{ ...first, ...change(first) }, ...rest] };
};
/** A value that no other value of the generated plan can equal. */
const OTHER = 'a value longer than any generated one';

describe('hashPlan', () => {
  it('is 64 hexadecimal digits', () => {
    fc.assert(fc.property(plan, (given) => /^[0-9a-f]{64}$/.test(hashPlan(given))));
  });

  it('stays when only sentences, evidence, severities or the order of targets and findings change', () => {
    fc.assert(
      fc.property(plan, text, (given, prose) => {
        const reworded = {
          ...given,
          steps: given.steps.map((one) => ({ ...one, does: prose, targets: one.targets.toReversed() })),
          findings: given.findings
            .map((one) => ({ ...one, because: prose, remedy: prose, evidence: { count: prose } }))
            .toReversed(),
        };
        expect(hashPlan(reworded)).toBe(hashPlan(given));
      }),
    );
  });

  it.each<[string, (given: HashedPlan) => HashedPlan]>([
    ['the operation changes', (given) => ({ ...given, operation: OTHER })],
    ['the fsid of the cluster that goes is another one', (given) => ({ ...given, goingFsid: OTHER })],
    ['the cluster changes', (given) => ({ ...given, cluster: OTHER })],
    ['the id of a step changes', (given) => changedFirstStep(given, () => ({ id: OTHER }))],
    [
      'the risk of a step changes',
      (given) => changedFirstStep(given, (one) => ({ risk: one.risk === 'none' ? 'destroys-data' : 'none' })),
    ],
    ['a target is added', (given) => changedFirstStep(given, (one) => ({ targets: [...one.targets, OTHER] }))],
    ['a step goes away', (given) => ({ ...given, steps: given.steps.slice(1) })],
    ['the code of a finding changes', (given) => changedFirstFinding(given, () => ({ code: OTHER }))],
    ['the target of a finding changes', (given) => changedFirstFinding(given, () => ({ target: OTHER }))],
    [
      'a target moves from one step to another',
      (given) => ({ ...given, steps: given.steps.map((one) => ({ ...one, targets: [...one.targets, OTHER] })) }),
    ],
  ])('changes when %s', (_, change) => {
    fc.assert(fc.property(plan, (given) => hashPlan(change(given)) !== hashPlan(given)));
  });

  it('changes when the order of steps changes', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const steps = [...given.steps, { id: OTHER, targets: [], does: '', risk: 'none' as const, alwaysAsk: false }];
        return hashPlan({ ...given, steps }) !== hashPlan({ ...given, steps: steps.toReversed() });
      }),
    );
  });
});
