import { z } from 'zod';
import { askTogether } from '../../src/ceph/ask-together.ts';
import { flagsOf, flagsSchema } from '../../src/ceph/read-flags.ts';
import { healthSchema, raisedHealth } from '../../src/ceph/read-health.ts';
import { oneVersion, quorumOf, quorumSchema, versionsOf, versionsSchema } from '../../src/ceph/read-mons.ts';
import { osdDumpSchema } from '../../src/ceph/read-osds.ts';
import type {
  CephHealth,
  HealthLookActivities,
  ReachableHealth,
  UnfinishedOsd,
} from '../../src/contract/check-health-activities.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import { CephflowError } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { weightsSchema } from '../osds/crush-weight.ts';

const osdMap = osdDumpSchema.extend({
  ...flagsSchema.shape,
  osds: z.array(osdDumpSchema.shape.osds.element.extend(flagsSchema.shape.osds.element.shape)),
});

/** All are answered by the mons alone, so that the look ends also where no mgr and no OSD runs. */
const QUESTIONS = [
  { words: 'quorum_status', schema: quorumSchema },
  {
    words: 'mgr stat',
    schema: z.object({ available: z.boolean(), active_name: z.string(), num_standby: z.number().default(0) }),
  },
  { words: 'versions', schema: versionsSchema },
  { words: 'health detail', schema: healthSchema },
  { words: 'osd dump', schema: osdMap },
  { words: 'osd tree', schema: weightsSchema },
  {
    words: 'status',
    schema: z.object({
      pgmap: z.object({ bytes_used: z.number().default(0), bytes_total: z.number().default(0) }),
    }),
  },
] as const;

/** Less than the activity's own limit, so that Ceph's silence is told as that. */
const ANSWER_WITHIN_SECONDS = 15;

const DOWN_SHOWN = 10;
const FLAGS_SHOWN = 20;
const UNFINISHED_SHOWN = 10;
const CHECKS_SHOWN = 25;
const MESSAGE_LENGTH = 300;

/** Registered by every agent. */
export const createHealthLookActivities = (deps: AgentDeps): HealthLookActivities => ({
  readHealthFacts: (input) => readHealthFacts(deps, input),
});

/** One look at Ceph with one `ceph` process. Changes nothing. A cluster that does not answer is an answer with its reason. */
async function readHealthFacts(deps: AgentDeps, { cluster }: ClusterInput): Promise<CephHealth> {
  try {
    const session = await sessionOf(deps, cluster);
    return summarise(await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS));
  } catch (error) {
    if (!(error instanceof CephflowError) || !['COMMAND_FAILED', 'COMMAND_TIMED_OUT'].includes(error.code)) throw error;
    return { reachable: false, reason: error.message.split('. ')[0] ?? error.message, silent: 'ceph' };
  }
}

type Told = Awaited<ReturnType<typeof askTogether<typeof QUESTIONS>>>;

function summarise([quorumStatus, mgr, versions, health, dump, weights, status]: Told): ReachableHealth {
  const quorum = quorumOf(quorumStatus);
  const counted = versionsOf(versions);
  const raised = raisedHealth(health);
  const down = dump.osds.filter(({ up }) => up !== 1).map(({ osd }) => osd);
  return {
    reachable: true,
    fsid: quorum.fsid,
    mons: { all: quorum.all, quorum: quorum.mons },
    mgr: { active: mgr.available && mgr.active_name !== '' ? mgr.active_name : null, standbys: mgr.num_standby },
    osds: {
      up: dump.osds.length - down.length,
      in: dump.osds.filter((osd) => osd.in === 1).length,
      all: dump.osds.length,
      down: down.slice(0, DOWN_SHOWN),
    },
    version: oneVersion(counted),
    versions: counted,
    health: {
      status: raised.status,
      checks: raised.checks
        .slice(0, CHECKS_SHOWN)
        .map((check) => ({ ...check, message: check.message.slice(0, MESSAGE_LENGTH) })),
    },
    capacity: { usedBytes: status.pgmap.bytes_used, totalBytes: status.pgmap.bytes_total },
    ratios: { nearfull: dump.nearfull_ratio, backfillfull: dump.backfillfull_ratio, full: dump.full_ratio },
    flags: flagsOf(dump).slice(0, FLAGS_SHOWN),
    unfinished: unfinishedOf(dump, weights).slice(0, UNFINISHED_SHOWN),
  };
}

/** A dead OSD is out and weightless for other reasons, and told by Ceph itself. */
function unfinishedOf({ osds }: Told[4], { nodes }: Told[5]): UnfinishedOsd[] {
  const weightless = new Set(nodes.filter(({ crush_weight: weight }) => weight === 0).map(({ id }) => id));
  return osds.flatMap(({ osd, up, in: inside, state }): UnfinishedOsd[] => {
    if (state.includes('destroyed')) return [{ osd, state: 'destroyed' }];
    if (up !== 1) return [];
    if (inside !== 1) return [{ osd, state: 'out' }];
    return weightless.has(osd) ? [{ osd, state: 'weightless' }] : [];
  });
}
