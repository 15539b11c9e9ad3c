import type { HealthRule, HealthRules } from './health.ts';

/** The same rule for each of the codes, which are separated by blanks. */
export const all = (rule: HealthRule, codes: string): HealthRules =>
  Object.fromEntries(codes.split(/\s+/).map((code) => [code, rule]));

export const blocking = (because: string): HealthRule => ({ class: 'blocking', because });
export const tolerated = (because: string): HealthRule => ({ class: 'tolerated', because });
export const cured = (because: string): HealthRule => ({ class: 'cured', because });
