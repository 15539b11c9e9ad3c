import { MOST_FINDINGS, type KnownHealth } from '../contract/check-health.ts';
import type { Finding } from '../contract/finding.ts';

/** More at once are one story, and the findings tell it. */
const MOST_CHANGES = 20;

/**
 * What is otherwise than in the run before, one sentence each. Without a run before nothing is claimed to have changed. Findings are the
 * same by code and target: numbers in their sentences move all the time. Pure.
 */
export function healthChanges(before: KnownHealth | null, now: { health: string; findings: Finding[] }): string[] {
  if (before === null) return [];
  const known = new Set(before.findings.map(keyOf));
  const still = new Set(now.findings.map(keyOf));
  const begun = now.findings.filter((finding) => !known.has(keyOf(finding)));
  // Of a list that was cut, nobody knows what is over and what was only cut off.
  const over = now.findings.length === MOST_FINDINGS ? [] : before.findings.filter((one) => !still.has(keyOf(one)));
  const changes = [
    ...(before.health === now.health ? [] : [`health was ${before.health} and is ${now.health}`]),
    ...begun.map((finding) => `new: ${keyOf(finding)}: ${finding.because}`),
    ...over.map((finding) => `over: ${keyOf(finding)}`),
  ];
  const rest = changes.length - MOST_CHANGES;
  return rest > 0 ? [...changes.slice(0, MOST_CHANGES), `and ${rest} more`] : changes;
}

const keyOf = ({ code, target }: { code: string; target?: string | undefined }): string =>
  target === undefined ? code : `${code} ${target}`;
