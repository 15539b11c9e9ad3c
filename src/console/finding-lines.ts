import type { Finding } from '../contract/finding.ts';
import { oneLine } from './text.ts';

const RANK = { blocking: 0, warning: 1, info: 2 } as const;

/** What stops first; otherwise in the order in which they were found. */
export const gravestFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);

/** `blocking STALE_STATE n1: a mon directory is there. Move it away.` */
export function findingLine(finding: Finding, limitBytes: number): string {
  const target = finding.target === undefined ? '' : ` ${finding.target}`;
  const remedy = finding.remedy === undefined ? '' : ` ${finding.remedy}`;
  return oneLine(`${finding.severity} ${finding.code}${target}: ${finding.because}${remedy}`, limitBytes);
}
