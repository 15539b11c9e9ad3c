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
