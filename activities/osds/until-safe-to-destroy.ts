import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { parseAnswer, runCeph } from '../../src/ceph/ceph.ts';
import { readOsdDump } from '../../src/ceph/read-osds.ts';
import { readPgs } from '../../src/ceph/read-pgs.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Emptied, OsdInput } from '../../src/contract/osd-activities.ts';
import { describeProgress } from '../../src/domain/pg-progress.ts';
import { failure } from '../../src/errors.ts';
import { waitingFor } from '../../src/time-shares.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { until } from '../ceph/waiting.ts';
import { requireSame } from './same-osd.ts';

/** PGs are in a state that nobody can judge just now. */
const NOT_KNOWN = 11;
const IN_USE = 16;

const answerSchema = z.object({
  safe_to_destroy: z.array(z.number()).default([]),
  active: z.array(z.number()).default([]),
  missing_stats: z.array(z.number()).default([]),
  stored_pgs: z.array(z.number()).default([]),
});

/** True only where Ceph names exactly this OSD as safe and nothing against it: its exit code is 0 also where it is not. */
export async function isSafeToDestroy(session: CephSession, id: number): Promise<boolean> {
  const { exitCode, stdout } = await runCeph(session, ['osd', 'safe-to-destroy', String(id)], {
    answers: [0, NOT_KNOWN, IN_USE],
  });
  if (exitCode !== 0) return false;
  const answer = parseAnswer('ceph osd safe-to-destroy', stdout, answerSchema);
  const against = [...answer.active, ...answer.missing_stats, ...answer.stored_pgs];
  return answer.safe_to_destroy.length === 1 && answer.safe_to_destroy[0] === id && against.length === 0;
}

/** Data moves for minutes to days; every look costs two `ceph` processes. */
const BETWEEN_LOOKS_MILLISECONDS = 2000;

/**
 * Waits, however long it takes, until Ceph itself says that nothing rests on the OSD any more; heartbeats progress, rate and time left.
 * Changes nothing. The server ends each try after an hour and makes another, so that days are no failure.
 * @throws DISK_CHANGED where the id is another OSD's by now
 */
export async function untilSafeToDestroy(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Emptied> {
  const session = await sessionOf(deps, cluster);
  let looks = 0;
  const wasUp = await isUp(session, osd.id);
  return until<Emptied>({
    timeoutSeconds: Number.POSITIVE_INFINITY,
    look: async () => {
      await requireSame(session, osd);
      if (await isSafeToDestroy(session, osd.id)) {
        const wentDown = wasUp && !(await isUp(session, osd.id));
        return { done: { already: looks === 0, wentDown } };
      }
      looks += 1;
      const waiting = `osd.${osd.id} still holds data: ${describeProgress(await readPgs(session))}`;
      await waitingFor('ceph', () => Context.current().sleep(BETWEEN_LOOKS_MILLISECONDS));
      return { waiting };
    },
    giveUp: (because) =>
      failure('NOT_SAFE_TO_DESTROY', `osd.${osd.id} of ${cluster} is not safe to destroy ${because}`),
  });
}

const isUp = async (session: CephSession, id: number): Promise<boolean> =>
  (await readOsdDump(session)).osds.some((osd) => osd.osd === id && osd.up === 1);
