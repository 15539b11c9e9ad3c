/** The placement groups of a cluster at one moment. Counts of copies of objects where nothing else is said. */
export interface PgState {
  pgs: number;
  /** Placement groups per state, e.g. `{"active+clean": 32}`. */
  byState: Record<string, number>;
  /** Placement groups that are to live on other OSDs than now. */
  remapped: number;
  /** Objects, each once. */
  objects: number;
  degraded: number;
  misplaced: number;
  /** Objects of which no OSD has the newest copy. */
  unfound: number;
  objectsPerSecond: number;
  bytesPerSecond: number;
}

/** Where the copies of one placement group are, as its primary told last. */
export interface PgCopies {
  id: string;
  /** Joined by `+`, as Ceph writes it: `active+undersized+degraded`. */
  state: string;
  /** OSDs that serve it. */
  acting: number[];
  /** Those of them that lack no object: copies, or chunks of an erasure-coded pool. */
  complete: number[];
  /** As many have to be there for it to take writes. */
  minSize: number;
}
