import type { PlanStep, Risk } from '../contract/plan.ts';

/** What every plan is written with: these steps where they are wanted, else none. */
export const when = (wanted: boolean, steps: PlanStep[]): PlanStep[] => (wanted ? steps : []);

export const step = (id: string, targets: string[], does: string, risk: Risk): PlanStep => ({
  id,
  targets,
  does,
  risk,
  alwaysAsk: false,
});

/** A step that neither overwrites nor risks anything. */
export const harmless = (id: string, targets: string[], does: string): PlanStep => step(id, targets, does, 'none');

/** A step that a person approves also where approval is automatic. */
export const asking = (one: PlanStep): PlanStep => ({ ...one, alwaysAsk: true });
