import type { HealthCheck } from '../contract/ceph-activities.ts';
import type { Finding, Severity, Verdict } from '../contract/finding.ts';
import { ADD_DISK_HEALTH } from './health-add-disk.ts';
import { BOOTSTRAP_HEALTH } from './health-bootstrap.ts';

/** What a raised code means to an operation. `cured`: the operation itself removes it, so it may be there before and not after. */
type HealthClass = 'blocking' | 'tolerated' | 'cured';

export interface HealthRule {
  class: HealthClass;
  because: string;
}

export type HealthRules = Readonly<Record<string, HealthRule>>;

/** Facts that change what a code means. */
export interface HealthContext {
  moment: 'before' | 'after';
  /** Why keys of the old cipher are allowed; `null` where the plan does not allow them. */
  aesAllowedBecause: string | null;
  /** OSDs that the plan has; none by request is no fault. */
  plannedOsds: number;
}

/** Per operation; an operation without a table of its own cannot be judged. */
const RULES: Readonly<Record<string, HealthRules>> = { bootstrap: BOOTSTRAP_HEALTH, 'add-disk': ADD_DISK_HEALTH };

const UNKNOWN: HealthRule = { class: 'blocking', because: 'nobody has judged this code for this operation yet' };

/**
 * Judges every raised check by its code, never by the cluster's colour; muted checks count, because a mute hides and does not cure.
 * Unknown codes block. Pure.
 */
export function judgeHealth(operation: string, checks: HealthCheck[], context: HealthContext): Verdict {
  const rules = RULES[operation];
  if (rules === undefined) return { outcome: 'unknown', findings: [noTable(operation)] };
  const findings = [...checks]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((check) => judgeCheck(check, ruleFor(rules, check.code, context), context));
  return { outcome: findings.some(({ severity }) => severity === 'blocking') ? 'hold' : 'pass', findings };
}

function ruleFor(rules: HealthRules, code: string, context: HealthContext): HealthRule {
  if (code.startsWith('AUTH_INSECURE_') && !code.startsWith('AUTH_INSECURE_GLOBAL_ID'))
    return context.aesAllowedBecause === null
      ? { class: 'blocking', because: 'the plan allows no keys of the old cipher' }
      : { class: 'tolerated', because: context.aesAllowedBecause };
  if (code === 'TOO_FEW_OSDS' && context.plannedOsds === 0)
    return { class: 'tolerated', because: 'the document asks for no storage' };
  // One code per CRUSH type: OSD_HOST_DOWN, OSD_RACK_DOWN, ...
  if (/^OSD_[A-Z]+_DOWN$/.test(code)) return rules.OSD_DOWN ?? UNKNOWN;
  return Object.hasOwn(rules, code) ? (rules[code] ?? UNKNOWN) : UNKNOWN;
}

function judgeCheck({ code, severity, message }: HealthCheck, rule: HealthRule, { moment }: HealthContext): Finding {
  const stands = rule.class === 'blocking' || (rule.class === 'cured' && moment === 'after');
  const tolerated: Severity = severity === 'HEALTH_ERR' ? 'warning' : 'info';
  return {
    code,
    severity: stands ? 'blocking' : tolerated,
    because: `${message} (${stands ? 'not accepted' : rule.class}: ${rule.because}).`,
    target: 'health',
    evidence: { severity },
  };
}

const noTable = (operation: string): Finding => ({
  code: 'HEALTH_NOT_JUDGED',
  severity: 'blocking',
  because: `There is no table of health codes for the operation ${operation}.`,
});
