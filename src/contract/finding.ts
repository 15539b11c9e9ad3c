/** Plain JSON, the only kind of value that crosses Temporal. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type Severity = 'info' | 'warning' | 'blocking';

/** One fact that a decision rests on, worded for the person on call. */
export interface Finding {
  /** Stable upper snake case name, e.g. `STALE_STATE`. Wire contract: never renamed. */
  code: string;
  severity: Severity;
  /** A sentence with numbers and names: what is so. */
  because: string;
  /** What to do next, where there is something to do. */
  remedy?: string;
  /** What was judged: `n1`, `n1:/dev/sdb`, `osd.3`, a field path of the document. */
  target?: string;
  /** The facts that were judged, small. */
  evidence?: Json;
}

/** The answer to a "may I?": never a bare boolean. `unknown` means that it could not be judged, which is not a pass. */
export interface Verdict {
  outcome: 'pass' | 'hold' | 'unknown';
  findings: Finding[];
}
