import { Context } from '@temporalio/activity';
import { openSession, type CephSession } from '../../src/ceph/session.ts';
import type { AgentDeps } from './agent-deps.ts';

/** Connection to the activity's cluster; its commands end when the activity is cancelled. */
export const sessionOf = (
  { kubernetes, cephDir, openSession: open = openSession }: AgentDeps,
  cluster: string,
): Promise<CephSession> => open({ store: kubernetes, cluster, cephDir, signal: Context.current().cancellationSignal });
