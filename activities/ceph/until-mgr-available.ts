import { activeMgr, readMgrDump } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { ActiveMgr, UntilMgrInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { until } from './waiting.ts';

/** Waits until a mgr is active and serves. Commands that it serves hang before that. Changes nothing. */
export async function untilMgrAvailable(deps: AgentDeps, input: UntilMgrInput): Promise<ActiveMgr> {
  return untilActiveMgr(await sessionOf(deps, input.cluster), input.timeoutSeconds ?? 180);
}

export const untilActiveMgr = (session: CephSession, timeoutSeconds: number): Promise<ActiveMgr> =>
  until<ActiveMgr>({
    timeoutSeconds,
    kubernetesIsAway: session.kubernetesIsAway,
    look: async () => {
      const mgr = activeMgr(await readMgrDump(session));
      if (mgr.available) return { done: mgr };
      return { waiting: mgr.active === null ? 'no mgr has logged in yet' : `mgr.${mgr.active} is not available yet` };
    },
    giveUp: (because) => failure('MGR_NOT_AVAILABLE', `No mgr serves cluster ${session.fsid} ${because}`),
  });

/** Which mgr is active now. Changes nothing. */
export async function readActiveMgr(deps: AgentDeps, { cluster }: { cluster: string }): Promise<ActiveMgr> {
  return activeMgr(await readMgrDump(await sessionOf(deps, cluster)));
}
