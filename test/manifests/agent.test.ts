import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { agentPlacement } from '../../src/manifests/agent-placement.ts';
import { AGENT_RULES, type PolicyRule } from '../../src/manifests/agent-rules.ts';
import { agentObjects, type AgentInput } from '../../src/manifests/agent.ts';
import { allDaemons } from '../../src/manifests/labels.ts';
import { aCluster, podOf, workload } from './a-cluster.ts';

const input = (more: Partial<AgentInput> = {}): AgentInput => ({
  namespace: 'rook-ceph',
  cephflowImage: 'cephflow:1',
  cephImage: 'ceph:20',
  dataDirHostPath: '/var/lib/rook',
  placement: agentPlacement(aCluster().spec),
  temporalEnvironment: [{ name: 'TEMPORAL_ADDRESS', value: 'temporal:7233' }],
  allowLoopDevices: false,
  operatorVersion: '0.1.0',
  ...more,
});
const daemonSetOf = (more?: Partial<AgentInput>) => {
  const set = agentObjects(input(more)).find(({ kind }) => kind === 'DaemonSet');
  if (set === undefined) throw new Error('no DaemonSet');
  return set;
};

describe('the agents', () => {
  it('come after their account and rights', () => {
    expect(agentObjects(input()).map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'DaemonSet',
    ]);
  });

  it('are never replaced while they work, and never taken for a Ceph daemon', () => {
    const { updateStrategy, template } = workload(daemonSetOf());
    expect(updateStrategy?.type).toBe('OnDelete');
    expect(Object.entries(template.metadata.labels).map(([key, value]) => `${key}=${value}`)).not.toContain(
      allDaemons('rook-ceph'),
    );
  });

  it("run cephflow's code in the cluster's Ceph image, as process 1, with the host's disks", () => {
    const { containers, initContainers } = podOf(daemonSetOf());
    expect(initContainers).toMatchObject([{ image: 'cephflow:1' }]);
    expect(containers).toMatchObject([
      {
        image: 'ceph:20',
        command: ['/cephflow/node', '--max-semi-space-size=2', '/cephflow/worker/agent.ts'],
        securityContext: { privileged: true },
      },
    ]);
    const mounts = containers[0]?.volumeMounts.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(
      expect.arrayContaining([
        '/dev',
        '/run/udev',
        '/run/cephflow',
        '/var/lib/rook',
        '/etc/machine-id',
        '/run/cephflow-keys',
      ]),
    );
  });

  it('keep keys in memory and depend on no Secret', () => {
    const { volumes } = podOf(daemonSetOf());
    expect(volumes.find(({ name }) => name === 'keys')?.emptyDir?.medium).toBe('Memory');
    expect(volumes.filter(({ secret }) => secret !== undefined)).toEqual([]);
  });

  it('have threads left when some disks hang in the kernel and keep theirs', () => {
    expect(podOf(daemonSetOf({})).containers[0]?.env).toContainEqual({ name: 'UV_THREADPOOL_SIZE', value: '16' });
  });

  it('say which Ceph image they were asked to run in, whatever a webhook makes of it', () => {
    const { spec } = daemonSetOf() as unknown as { spec: { template: { metadata: { annotations: object } } } };
    expect(spec.template.metadata.annotations).toEqual({
      'cephflow.io/ceph-image': 'ceph:20',
      'cephflow.io/agent-level': '2',
    });
  });

  it('refuse loop devices unless told otherwise', () => {
    const setting = (more?: Partial<AgentInput>) =>
      podOf(daemonSetOf(more)).containers[0]?.env.find(({ name }) => name === 'ALLOW_LOOP_DEVICES')?.value;
    expect([setting(), setting({ allowLoopDevices: true })]).toEqual(['false', 'true']);
  });
});

describe('agentPlacement', () => {
  const only = (key: string) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'Exists' }] }],
      },
    },
  });

  it('is every host where OSDs or mons may be', () => {
    const both = agentPlacement(aCluster({ placement: { osd: only('disks'), mon: only('control') } }).spec);
    expect(both.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms).toHaveLength(2);
    expect(agentPlacement(aCluster({ placement: { osd: only('disks') } }).spec).nodeAffinity).toBeUndefined();
  });

  it('reaches cordoned hosts and those whose taints OSDs tolerate', () => {
    const tolerations = [{ key: 'dedicated', operator: 'Exists' }];
    expect(agentPlacement(aCluster({ placement: { osd: { tolerations } } }).spec).tolerations).toEqual([
      ...tolerations,
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });
});

describe('rights', () => {
  it('of the agents are all held by the ops worker, who grants them', async () => {
    const file = join(import.meta.dirname, '../../deploy/kubernetes/cluster-role.yaml');
    const documents = parseAllDocuments(await readFile(file, 'utf8')).map(
      (document) => document.toJS() as { rules?: PolicyRule[] },
    );
    const held = documents.flatMap(({ rules = [] }) => rules);
    const holds = (apiGroup: string, resource: string, verb: string): boolean =>
      held.some(
        (rule) => rule.apiGroups.includes(apiGroup) && rule.resources.includes(resource) && rule.verbs.includes(verb),
      );
    const missing = AGENT_RULES.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.filter((verb) => !holds(group, resource, verb)).map((verb) => `${verb} ${resource}.${group}`),
        ),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('of the agents never reach further than making and reading a Secret', () => {
    const secrets = AGENT_RULES.filter(({ resources }) => resources.includes('secrets'));
    expect(secrets.flatMap(({ verbs }) => verbs).sort()).toEqual(['create', 'get']);
  });
});
