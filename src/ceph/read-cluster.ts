import type { ActiveMgr, OsdState } from '../contract/ceph-activities.ts';
import { askTogether } from './ask-together.ts';
import { healthSchema, raisedHealth, type RaisedHealth } from './read-health.ts';
import {
  activeMgr,
  mgrDumpSchema,
  quorumOf,
  quorumSchema,
  versionsOf,
  versionsSchema,
  type QuorumStatus,
} from './read-mons.ts';
import { osdDumpSchema, osdTreeSchema, placeOsds, type OsdDump } from './read-osds.ts';
import type { CephSession } from './session.ts';

/** What the mons know of a cluster. */
export interface SeenCluster {
  quorum: QuorumStatus;
  mgr: ActiveMgr;
  /** Daemons per type and version, `{"mon": {"20.2.4": 3}}`. `ceph features` would lie about releases. */
  versions: Record<string, Record<string, number>>;
  dump: OsdDump;
  osds: OsdState[];
  health: RaisedHealth;
}

const QUESTIONS = [
  { words: 'quorum_status', schema: quorumSchema },
  { words: 'mgr dump', schema: mgrDumpSchema },
  { words: 'versions', schema: versionsSchema },
  { words: 'osd dump', schema: osdDumpSchema },
  { words: 'osd tree', schema: osdTreeSchema },
  { words: 'health detail', schema: healthSchema },
] as const;

/** Without quorum the connect timeout ends it sooner. */
const ANSWER_WITHIN_SECONDS = 30;

/** One look with one `ceph` process. All is answered by the mons alone, so that it ends also where no mgr and no OSD runs. */
export async function readCluster(session: CephSession): Promise<SeenCluster> {
  const [quorum, mgr, versions, dump, tree, health] = await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS);
  return {
    quorum: quorumOf(quorum),
    mgr: activeMgr(mgr),
    versions: versionsOf(versions),
    dump,
    osds: placeOsds(dump, tree),
    health: raisedHealth(health),
  };
}
