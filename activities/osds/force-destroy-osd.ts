import { runCeph } from '../../src/ceph/ceph.ts';
import { readLayout } from '../../src/ceph/read-layout.ts';
import { readPgCopies } from '../../src/ceph/read-pg-copies.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import type { Plan } from '../../src/contract/plan.ts';
import {
  describeRefusal,
  isStillTelling,
  mayForceDestroy,
  nothingToForce,
  planForcedDestroy,
  type ForcedDestroySeen,
} from '../../src/domain/forced-destroy.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { readSettled } from './read-settled-layout.ts';
import { isDestroyed, requireDestroyed } from './replace-osd.ts';

/** There may be one per PG, and a failure that is stored has to stay small. */
const MOST_FINDINGS = 20;

/**
 * The plan that the forced destroy of a dead OSD is approved by, from what Ceph says now. Changes nothing. One that is destroyed already has
 * no steps.
 * @throws FORCED_DESTROY_REFUSED naming the facts that forbid it
 */
export async function planForced(deps: AgentDeps, input: OsdInput): Promise<Plan> {
  const session = await sessionOf(deps, input.cluster);
  if (await isDestroyed(session, input.osd.id)) return nothingToForce(input.cluster, input.osd.id);
  return planForcedDestroy(await requireForcible(session, input));
}

/**
 * Destroys a dead OSD without Ceph's own check, which can never pass because too few failure domains are left: only by an approval of its own.
 * Its pod must be proven gone. All conditions are read again right before, and the outcome right after. A repeat finds it destroyed.
 * @throws FORCED_DESTROY_REFUSED naming the facts that forbid it; nothing was changed then
 */
export async function forceDestroyOsd(deps: AgentDeps, input: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, input.cluster);
  const already = await isDestroyed(session, input.osd.id);
  if (!already) {
    await requireForcible(session, input);
    // The flag skips Ceph's own check, so that what it would find is judged by us; it still refuses an OSD that is up.
    await runCeph(session, ['osd', 'destroy', String(input.osd.id), '--yes-i-really-mean-it']);
  }
  await requireDestroyed(session, input.osd);
  return { already };
}

async function requireForcible(session: CephSession, { cluster, osd }: OsdInput): Promise<ForcedDestroySeen> {
  const seen = await readSettled({
    cluster,
    read: async () => {
      // First the PGs: an OSD that goes down after them is then seen as down, and its copies do not count.
      const pgs = await readPgCopies(session);
      return { cluster, osd, pgs, layout: await readLayout(session) };
    },
    isPassing: isStillTelling,
  });
  const verdict = mayForceDestroy(seen);
  if (verdict.outcome === 'pass') return seen;
  throw failure('FORCED_DESTROY_REFUSED', `osd.${osd.id} is not destroyed by force: ${describeRefusal(verdict)}`, {
    findings: verdict.findings.slice(0, MOST_FINDINGS),
  });
}
