import { connect } from 'node:net';
import { readQuorum, type QuorumStatus } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Quorum, UntilQuorumInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { until, type Look } from './waiting.ts';

const CONNECT_WITHIN_MILLISECONDS = 3000;

/** Waits until the planned mons are in quorum and none else is in the monmap but those that may lack. Changes nothing. */
export async function untilQuorum(
  deps: AgentDeps,
  { cluster, mons, mayLack = [], timeoutSeconds }: UntilQuorumInput,
): Promise<Quorum> {
  const planned = [...mons].sort();
  const session = await sessionOf(deps, cluster);
  let missing = planned;
  return until<Quorum>({
    timeoutSeconds: timeoutSeconds ?? 90,
    kubernetesIsAway: session.kubernetesIsAway,
    look: async () => {
      const status = await readQuorum(session);
      missing = planned.filter((mon) => !status.mons.includes(mon));
      return judgeQuorum(withoutThese(status, mayLack), planned, session.fsid);
    },
    giveUp: async (because) => {
      const silent = await whoIsSilent(session, missing);
      return failure('MON_NOT_IN_QUORUM', `Mon ${missing.join(', ')} of ${cluster} did not join ${because}${silent}`);
    },
  });
}

const withoutThese = (status: QuorumStatus, names: string[]): QuorumStatus => ({
  ...status,
  all: status.all.filter((mon) => !names.includes(mon)),
});

/** Names must be equal, not only the number: a mon that nobody planned is another cluster's or a leftover. */
function judgeQuorum(status: QuorumStatus, planned: string[], fsid: string): Look<Quorum> {
  if (status.fsid !== fsid)
    throw failure('IDENTITY_CONFLICT', `The mons that answer belong to cluster ${status.fsid}, not to ${fsid}`);
  const extra = status.all.filter((mon) => !planned.includes(mon));
  if (extra.length > 0)
    throw failure('MON_NOT_IN_QUORUM', `The monmap names ${extra.join(', ')}, which the plan does not have`);
  const { mons, leader } = status;
  if (planned.every((mon) => mons.includes(mon))) return { done: { fsid, mons, leader } };
  const missing = planned.filter((mon) => !mons.includes(mon));
  return { waiting: `${mons.length} of ${planned.length} mons in quorum, ${missing.join(', ')} missing` };
}

/** Tells a mon that does not listen from one that listens and is not let in. */
async function whoIsSilent({ monEndpoints }: CephSession, mons: string[]): Promise<string> {
  const known = mons.flatMap((mon) => (monEndpoints[mon] === undefined ? [] : [{ mon, at: monEndpoints[mon] }]));
  const answers = await Promise.all(known.map(async ({ mon, at }) => ({ mon, at, answers: await listens(at) })));
  const said = answers.map(({ mon, at, answers: heard }) => `${mon} ${heard ? 'listens' : 'does not listen'} at ${at}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function listens(endpoint: string): Promise<boolean> {
  const split = endpoint.lastIndexOf(':');
  const host = endpoint.slice(0, split).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(endpoint.slice(split + 1)), timeout: CONNECT_WITHIN_MILLISECONDS });
    const answer = (heard: boolean): void => {
      socket.destroy();
      resolve(heard);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
