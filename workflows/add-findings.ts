import type { Finding } from '../src/contract/finding.ts';
import type { OperationState } from '../src/contract/state.ts';

/** Adds what is not reported yet: a step that is tried again finds the same. */
export function addFindings(state: OperationState, findings: Finding[]): void {
  const name = (finding: Finding) => `${finding.code} ${finding.target ?? ''} ${finding.because}`;
  const known = new Set(state.findings.map(name));
  state.findings = [...state.findings, ...findings.filter((finding) => !known.has(name(finding)))];
}
