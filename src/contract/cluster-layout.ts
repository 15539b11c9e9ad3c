import type { PgState } from './pg-state.ts';

/** Where data lies and where it could lie: what a decision about taking OSDs away rests on. */
export interface ClusterLayout {
  osds: LaidOsd[];
  pools: LaidPool[];
  pgs: PgState;
  /** Fraction of an OSD that may be used, e.g. 0.85. */
  nearfullRatio: number;
}

export interface LaidOsd {
  id: number;
  uuid: string;
  up: boolean;
  in: boolean;
  /** Weight in the CRUSH map, in TiB. */
  crushWeight: number;
  /** `key=value` pairs of every bucket above it, root first. */
  location: string[];
  deviceClass: string | null;
  totalBytes: number;
  usedBytes: number;
  pgs: number;
}

export interface LaidPool {
  name: string;
  /** Copies, or chunks of an erasure-coded pool. */
  size: number;
  minSize: number;
  /** What its CRUSH rule spreads copies over; `null` where the rule is of a kind that is not understood. */
  rule: { root: string; deviceClass: string | null; failureDomain: string } | null;
}
