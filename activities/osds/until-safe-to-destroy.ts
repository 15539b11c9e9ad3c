import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { parseAnswer, runCeph } from '../../src/ceph/ceph.ts';
import { askTogether } from '../../src/ceph/ask-together.ts';
import { osdDumpSchema } from '../../src/ceph/read-osds.ts';
import { pgStateOf, pgStatusSchema } from '../../src/ceph/read-pgs.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Emptied, OsdInput } from '../../src/contract/osd-activities.ts';
import { describeProgress } from '../../src/domain/pg-progress.ts';
import { failure } from '../../src/errors.ts';
import { waitingFor } from '../../src/time-shares.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { until } from '../ceph/waiting.ts';
import { weightsSchema } from './crush-weight.ts';
import { requireIn } from './same-osd.ts';

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
 * @throws DISK_CHANGED where the id is another OSD's by now; NOT_SAFE_TO_DESTROY where it takes data again, and so would never be empty
 */
export async function untilSafeToDestroy(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Emptied> {
  const session = await sessionOf(deps, cluster);
  let looks = 0;
  let wasUp: boolean | undefined;
  return until<Emptied>({
    timeoutSeconds: Number.POSITIVE_INFINITY,
    look: async () => {
      const { up, takesData, pgs } = await lookAt(session, osd);
      wasUp ??= up;
      if (await isSafeToDestroy(session, osd.id)) return { done: { already: looks === 0, wentDown: wasUp && !up } };
      if (takesData) throw neverEmpty(osd.id);
      looks += 1;
      const waiting = `osd.${osd.id} still holds data: ${describeProgress(pgs)}`;
      await waitingFor('ceph', () => Context.current().sleep(BETWEEN_LOOKS_MILLISECONDS));
      return { waiting };
    },
    giveUp: (because) =>
      failure('NOT_SAFE_TO_DESTROY', `osd.${osd.id} of ${cluster} is not safe to destroy ${because}`),
  });
}

const QUESTIONS = [
  { words: 'osd dump', schema: osdDumpSchema },
  { words: 'osd tree', schema: weightsSchema },
  { words: 'status', schema: pgStatusSchema },
] as const;
const ANSWER_WITHIN_SECONDS = 30;

async function lookAt(session: CephSession, osd: OsdInput['osd']) {
  const [dump, { nodes }, status] = await askTogether(session, QUESTIONS, ANSWER_WITHIN_SECONDS);
  const { up, in: inside } = requireIn(dump, osd);
  const weight = nodes.find(({ id }) => id === osd.id)?.crush_weight ?? 0;
  return { up: up === 1, takesData: inside === 1 && weight > 0, pgs: pgStateOf(status) };
}

/** Ceph itself takes an OSD in that it took out while it was dead, when it comes back; and a person may do so. */
const neverEmpty = (id: number): Error =>
  failure(
    'NOT_SAFE_TO_DESTROY',
    `osd.${id} would never be empty: it was taken in again or given weight while its data moved`,
  );
