import { describe, expect, it } from 'vitest';
import { claimNamespace } from '../../worker/claim-namespace.ts';
import { objectServer } from '../builders/object-server.ts';
import { temporalNamespace } from './temporal-namespace.ts';

const CLAIM = 'cephflow-kubernetes';
const clusterWith = (uid: string) =>
  objectServer({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } }).kubernetes;

describe('a Temporal namespace', () => {
  it('is claimed once for a Kubernetes cluster, and found claimed by the next worker', async () => {
    const namespace = temporalNamespace({ data: { other: 'x' } });
    await claimNamespace(namespace.connection, 'default', clusterWith('uid-1'));
    await claimNamespace(namespace.connection, 'default', clusterWith('uid-1'));
    expect(namespace.data).toEqual({ other: 'x', [CLAIM]: 'uid-1' });
    expect(namespace.changes).toEqual(['updateNamespace']);
    expect(namespace.retentionDays()).toBe(3);
  });

  it('of another Kubernetes cluster is refused: workflow ids and queues of both would meet', async () => {
    const namespace = temporalNamespace({ data: { [CLAIM]: 'uid-1' } });
    await expect(claimNamespace(namespace.connection, 'default', clusterWith('uid-2'))).rejects.toMatchObject({
      code: 'NAMESPACE_CLAIMED',
      message: expect.stringMatching(/default serves the Kubernetes cluster uid-1, this one is uid-2/),
    });
    expect(namespace.data).toEqual({ [CLAIM]: 'uid-1' });
  });
});
