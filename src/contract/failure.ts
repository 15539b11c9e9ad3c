import type { Finding } from './finding.ts';

/** First entry of an ApplicationFailure's `details` as every activity of ours throws it; its `type` is the code of src/errors.ts. */
export interface FailureDetails {
  class: 'InvalidRequest' | 'SafetyRefusal' | 'Conflict' | 'Unavailable' | 'NotVerified' | 'Bug';
  findings: Finding[];
  /** Last lines of a command's output, redacted. */
  output?: string;
}
