import type { Objection } from './operation.ts';

/**
 * Objects to a plan that destroys anything but what is named: every target of such a step has to contain one of these names, and each name
 * has to be among them. For a plan that somebody waited for without knowing what else the cluster may ask.
 */
export function destroysOnly(...names: string[]): Objection {
  return ({ steps }) => {
    const targets = steps.filter(({ risk }) => risk === 'destroys-data').flatMap((step) => step.targets);
    const others = targets.filter((target) => !names.some((name) => target.includes(name)));
    if (others.length > 0) return `destroys more than ${names.join(' and ')}: ${others.join(', ')}`;
    const missing = names.filter((name) => !targets.some((target) => target.includes(name)));
    return missing.length === 0 ? undefined : `does not name ${missing.join(' and ')}`;
  };
}
