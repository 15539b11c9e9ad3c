import { describe, expect, it } from 'vitest';
import { createAgentActivities } from '../../../activities/agents/agents.ts';
import { failure } from '../../../src/errors.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps } from '../../builders/ops-deps.ts';

const CLUSTER = 'rook-ceph';
const KEYS = ['TEMPORAL_TLS_CLIENT_CERT_DATA', 'TEMPORAL_TLS_CLIENT_KEY_DATA'];
const temporalEnvironment = KEYS.map((key) => ({
  name: key,
  valueFrom: { secretKeyRef: { name: 'cephflow-temporal', key } },
}));
const secret = (...keys: string[]) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cephflow-temporal', namespace: CLUSTER },
  data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
});
const given = (...keys: string[]) => {
  const server = objectServer(aNamespace(), aDocument(), aNode('n1'), ...(keys.length === 0 ? [] : [secret(...keys)]));
  const deps = { ...opsDeps(server.kubernetes), temporalEnvironment };
  const install = () =>
    asActivity(() => createAgentActivities(deps).installAgents({ cluster: CLUSTER, from: 'document', runId: 'r' }));
  return { server, deps, install };
};

describe('agents of a Temporal with certificates or API key', () => {
  it.each([
    { there: [], says: /Secret cephflow-temporal of that namespace with .*CERT_DATA, .*KEY_DATA, and there is none/ },
    { there: KEYS.slice(0, 1), says: /and it lacks TEMPORAL_TLS_CLIENT_KEY_DATA/ },
  ])('are not made before their Secret is complete: $there', async ({ there, says }) => {
    const { server, install } = given(...there);
    await expect(install()).rejects.toMatchObject({
      code: 'TEMPORAL_SECRET_MISSING',
      message: expect.stringMatching(says),
    });
    expect(server.writes).toEqual([]);
  });

  it('are made with a reference to it, and never with what is in it', async () => {
    const { server, install } = given(...KEYS);
    await expect(install()).resolves.toMatchObject({ added: true });
    const daemonSet = JSON.stringify(server.get('DaemonSet', 'cephflow-agent'));
    expect(daemonSet).toContain('"key":"TEMPORAL_TLS_CLIENT_KEY_DATA"');
    expect(daemonSet).not.toContain('eA==');
  });

  it('whom Temporal refuses are told of with that reason, not with their image', async () => {
    const { deps } = given(...KEYS);
    const reason = 'Pod cephflow-agent-x ended 3 times: Temporal at t:1 refuses the client certificate';
    const kubernetes = { ...deps.kubernetes, untilPodsReady: () => Promise.reject(failure('POD_NOT_READY', reason)) };
    const activities = createAgentActivities({ ...deps, kubernetes });
    await expect(
      asActivity(() => activities.untilAgentsAnswer({ cluster: CLUSTER, nodes: ['n1'] })),
    ).rejects.toMatchObject({
      code: 'POD_NOT_READY',
      message: expect.stringContaining('refuses the client certificate'),
    });
  });
});
