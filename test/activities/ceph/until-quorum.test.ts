import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentDeps } from '../../../activities/ceph/agent-deps.ts';
import { untilQuorum } from '../../../activities/ceph/until-quorum.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';
import { FakeKubernetes, fakeAgent, fakePrograms } from '../fake-agent.ts';

let deps: AgentDeps;
let root: string;

const secret = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});
/** Mons whose monmap names three, of which these have quorum. */
const quorumOf = (...names: string[]): string => {
  const mons = ['a', 'b', 'c'].map((name) => ({ name }));
  const answer = { monmap: { fsid: FSID, mons }, quorum_names: names, quorum_leader_name: names[0] };
  return `[ "$1" = --version ] && { echo "ceph version 20.2.4 (abc) tentacle (stable)"; exit 0; }; echo '${JSON.stringify(answer)}'`;
};
const wait = (mons: string[], mayLack?: string[]): Promise<unknown> => {
  const input = { cluster: 'rook-ceph', mons, timeoutSeconds: 0, ...(mayLack === undefined ? {} : { mayLack }) };
  return new MockActivityEnvironment().run(() => untilQuorum(deps, input));
};

beforeEach(async () => {
  const kubernetes = new FakeKubernetes();
  await kubernetes.create(secret('rook-ceph-mon', { fsid: FSID, 'mon-secret': 'm', 'ceph-secret': 'a' }));
  await kubernetes.create(secret('rook-ceph-config', { mon_host: '[v2:10.0.0.1:3300]' }));
  ({ deps, root } = await fakeAgent(kubernetes));
});

describe('waiting for quorum', () => {
  it('takes a mon that nobody planned for a stranger', async () => {
    await fakePrograms(root, { ceph: quorumOf('a', 'b') });
    await expect(wait(['a', 'b'])).rejects.toMatchObject({ code: 'MON_NOT_IN_QUORUM' });
  });

  it('ends without those that may lack, and not without one of the others', async () => {
    await fakePrograms(root, { ceph: quorumOf('a', 'b') });
    expect(await wait(['a', 'b'], ['c'])).toMatchObject({ fsid: FSID, mons: ['a', 'b'] });
    await expect(wait(['b', 'c'], ['a'])).rejects.toMatchObject({ message: expect.stringContaining('Mon c') });
  });
});
