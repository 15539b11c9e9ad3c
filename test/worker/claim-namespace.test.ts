import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { claimNamespace } from '../../worker/claim-namespace.ts';
import { objectServer } from '../builders/object-server.ts';
import { temporalNamespace, type TemporalNamespace } from './temporal-namespace.ts';

const CLAIM = 'cephflow-kubernetes';
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const clusterWith = (uid: string) =>
  objectServer({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } }).kubernetes;

const said: string[] = [];
const log = { warn: (_: unknown, sentence: string) => void said.push(sentence) } as unknown as Pick<Logger, 'warn'>;
const claim = (namespace: TemporalNamespace, uid: string) =>
  claimNamespace(namespace.connection, 'default', clusterWith(uid), log);

describe('a Temporal namespace', () => {
  it.each(['describeNamespace', 'updateNamespace'])(
    'that may not be claimed (%s) is a finding in the log, not the end of the worker',
    async (name) => {
      said.length = 0;
      const namespace = temporalNamespace({ failing: { [name]: PERMISSION_DENIED } });
      await claim(namespace, 'uid-1');
      expect(said).toEqual([expect.stringContaining('Could not claim the Temporal namespace default')]);
    },
  );

  it('that is not there ends the worker with the command that makes it', async () => {
    const namespace = temporalNamespace({ failing: { describeNamespace: 5 } });
    await expect(claim(namespace, 'uid-1')).rejects.toThrowError(
      /has no namespace default; .* temporal operator namespace create --namespace default --retention 30d$/,
    );
  });

  it('that does not answer is no finding: the worker starts anew', async () => {
    const namespace = temporalNamespace({ failing: { updateNamespace: UNAVAILABLE } });
    await expect(claim(namespace, 'uid-1')).rejects.toMatchObject({ code: UNAVAILABLE });
  });

  it('that two Kubernetes clusters claim at the same time serves the later one alone', async () => {
    const namespace = temporalNamespace({ meanwhile: (data) => void (data[CLAIM] = 'uid-2') });
    await expect(claim(namespace, 'uid-1')).rejects.toMatchObject({ code: 'NAMESPACE_CLAIMED' });
    const forgetful = temporalNamespace({ meanwhile: (data) => void delete data[CLAIM] });
    await expect(claim(forgetful, 'uid-1')).rejects.toMatchObject({ code: 'NAMESPACE_CLAIMED' });
  });

  it('is claimed once for a Kubernetes cluster, and found claimed by the next worker', async () => {
    const namespace = temporalNamespace({ data: { other: 'x' } });
    await claim(namespace, 'uid-1');
    await claim(namespace, 'uid-1');
    expect(namespace.data).toEqual({ other: 'x', [CLAIM]: 'uid-1' });
    expect(namespace.changes).toEqual(['updateNamespace']);
    expect(namespace.retentionDays()).toBe(3);
  });

  it('of another Kubernetes cluster is refused: workflow ids and queues of both would meet', async () => {
    const namespace = temporalNamespace({ data: { [CLAIM]: 'uid-1' } });
    await expect(claim(namespace, 'uid-2')).rejects.toMatchObject({
      code: 'NAMESPACE_CLAIMED',
      message: expect.stringMatching(/default serves the Kubernetes cluster uid-1, this one is uid-2/),
    });
    expect(namespace.data).toEqual({ [CLAIM]: 'uid-1' });
  });
});
