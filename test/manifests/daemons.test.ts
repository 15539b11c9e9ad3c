import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { mgrDeployment } from '../../src/manifests/mgr.ts';
import { monDeployment } from '../../src/manifests/mon.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { osdDeployment } from '../../src/manifests/osd.ts';
import { toolboxDeployment } from '../../src/manifests/toolbox.ts';
import { FSID, aCluster, aMon, containerOf, podOf, workload } from './a-cluster.ts';

const anOsd = {
  id: 3,
  uuid: 'aaaaaaaa-2222-4333-8444-555555555555',
  host: { node: 'n1', hostname: 'n1.example' },
  deviceClass: 'hdd',
  crushRoot: 'default',
  crushLocation: ['host=n1', 'rack=r1'],
};
const daemons = (more: Record<string, unknown> = {}): [string, KubernetesObject][] => {
  const ctx = aCluster(more);
  return [
    ['mon', monDeployment(ctx, aMon())],
    ['mgr', mgrDeployment(ctx, 'a')],
    ['osd', osdDeployment(ctx, anOsd)],
  ];
};

describe.each(daemons())('a %s', (type, object) => {
  const { template, selector, strategy, replicas } = workload(object);

  it("has Rook's name and labels", () => {
    const id = type === 'osd' ? '3' : 'a';
    expect(object.metadata.name).toBe(`rook-ceph-${type}-${id}`);
    expect(template.metadata.labels).toMatchObject({
      app: `rook-ceph-${type}`,
      rook_cluster: 'rook-ceph',
      ceph_daemon_id: id,
      ceph_daemon_type: type,
      [type]: id,
      'app.kubernetes.io/name': `ceph-${type}`,
      'app.kubernetes.io/managed-by': 'cephflow',
    });
    expect(object.metadata.labels).toMatchObject({ 'ceph-version': '20.2.4-0', 'rook-version': 'cephflow-0.1.0' });
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(containerOf(object).name).toBe(type);
  });

  it('never runs twice at once', () => expect([strategy?.type, replicas]).toEqual(['Recreate', 1]));

  it('is not restarted by a new version of cephflow', () => {
    expect(JSON.stringify(template)).not.toContain('0.1.0');
  });

  it('writes its log to the pod and drops its privileges', () => {
    const { args } = containerOf(object);
    expect(args).toEqual(
      expect.arrayContaining(['--foreground', '--setuser=ceph', '--default-log-to-file=false', `--fsid=${FSID}`]),
    );
  });

  it('has no value of a secret in arguments or environment, and no access to the API server', () => {
    const { env } = containerOf(object);
    expect(env.filter(({ name, value }) => value !== undefined && /key|secret|password/i.test(name))).toEqual([]);
    expect(podOf(object).automountServiceAccountToken).toBe(false);
  });

  it('starts with a script that Bash accepts', async () => {
    const [shell = '', flag = '', script = ''] = containerOf(object).command;
    expect([shell, flag]).toEqual(['bash', '-c']);
    expect(script.endsWith('exec "$@"')).toBe(true);
    await execa('bash', ['-n', '-c', script]);
  });

  it('asks its admin socket with a program that Python accepts', async () => {
    const probe = containerOf(object).livenessProbe as { exec: { command: string[] } };
    const program = probe.exec.command.at(-1) ?? '';
    const { stderr, exitCode } = await execa('python3', ['-I', '-S', '-c', program], { reject: false });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ceph-.* does not answer: /);
  });
});

describe('a mon', () => {
  it('is known by its Service and bound to its own address', () => {
    const { args } = containerOf(monDeployment(aCluster(), aMon()));
    expect(args).toEqual(expect.arrayContaining(['--public-addr=10.96.0.1', '--public-bind-addr=$(ROOK_POD_IP)']));
    expect(args).not.toContain('--ms-bind-msgr1=false');
  });

  it('has its node address alone with host networking', () => {
    const object = monDeployment(aCluster({ network: { provider: 'host' } }), aMon('a', '172.30.0.11'));
    expect(podOf(object).hostNetwork).toBe(true);
    expect(containerOf(object).args).toContain('--public-addr=172.30.0.11');
    expect(containerOf(object).args.join(' ')).not.toContain('--public-bind-addr');
  });

  it('speaks only the second protocol where the document says so', () => {
    const { args } = containerOf(monDeployment(aCluster({ network: { connections: { requireMsgr2: true } } }), aMon()));
    expect(args).toContain('--ms-bind-msgr1=false');
  });

  it('never makes a store: the directory must exist, and an empty or foreign one is refused', () => {
    const object = monDeployment(aCluster(), aMon());
    const data = podOf(object).volumes.find(({ name }) => name === 'ceph-daemon-data');
    expect(data?.hostPath).toEqual({ path: '/var/lib/rook/mon-a/data', type: 'Directory' });
    const script = containerOf(object).command[2];
    expect(script).toContain('has no keyring');
    expect(script).toContain('--extract-monmap');
    expect(script).not.toContain('mkfs');
  });

  it('stays on the host that has its store, whatever becomes of the labels of the node', () => {
    const placement = {
      mon: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    };
    const pod = podOf(monDeployment(aCluster({ placement }), aMon()));
    expect(pod.nodeSelector).toEqual({ 'kubernetes.io/hostname': 'n1.example' });
    expect(pod.affinity).toBeUndefined();
    const outages = pod.tolerations.filter(({ effect }) => effect === 'NoExecute');
    expect(outages.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([undefined, undefined]);
  });

  it('is asked every second while it starts, and for its place in the quorum afterwards', () => {
    const { startupProbe, readinessProbe } = containerOf(monDeployment(aCluster(), aMon()));
    expect(startupProbe?.periodSeconds).toBe(1);
    expect(JSON.stringify(readinessProbe)).toContain('peon');
  });
});

describe('a mgr', () => {
  const required = (more?: Record<string, unknown>): unknown[] | undefined =>
    podOf(mgrDeployment(aCluster(more), 'a')).affinity?.['podAntiAffinity']
      ?.requiredDuringSchedulingIgnoredDuringExecution;

  it('keeps away from the host of the other, unless the document allows several', () => {
    expect(required()).toHaveLength(1);
    expect(required({ mgr: { count: 2, allowMultiplePerNode: true } })).toEqual([]);
  });

  it('leaves a dead host after seconds', () => {
    const { tolerations } = podOf(mgrDeployment(aCluster(), 'a'));
    expect(tolerations).toContainEqual({
      key: 'node.kubernetes.io/unreachable',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    });
  });

  it('does not say by itself that it is active', () => {
    expect(workload(mgrDeployment(aCluster(), 'a')).template.metadata.labels).not.toHaveProperty('mgr_role');
  });
});

describe('an OSD', () => {
  it('carries no key but the one on its disk', () => {
    const { volumes } = podOf(osdDeployment(aCluster(), anOsd));
    expect(volumes.filter(({ secret }) => secret !== undefined)).toEqual([]);
    expect(JSON.stringify(podOf(osdDeployment(aCluster(), anOsd)))).not.toContain('admin');
  });

  it('finds its disk by label at every start of its container, and refuses none or two', () => {
    const object = osdDeployment(aCluster(), anOsd);
    expect(podOf(object).initContainers).toBeUndefined();
    const script = containerOf(object).command[2] ?? '';
    expect(script).toContain('bluestore block device');
    expect(script).toContain('-eq 0');
    expect(script).toContain('-gt 1');
    expect(script).toContain('ceph_fsid');
    expect(script).not.toMatch(/\bdd\b|mkfs|wipefs|zap/);
  });

  it('keeps its place in CRUSH whatever its pod is called', () => {
    const { args } = containerOf(osdDeployment(aCluster(), { ...anOsd, initialWeight: 0.5 }));
    expect(args).toContain('--crush-location=root=default host=n1 rack=r1');
    expect(args).toContain('--osd-crush-initial-weight=0.5');
    expect(workload(osdDeployment(aCluster(), anOsd)).template.metadata.labels).toMatchObject({
      'ceph-osd-id': '3',
      'failure-domain': 'n1',
      'device-class': 'hdd',
      'topology-location-root': 'default',
      'topology-location-host': 'n1',
      'topology-location-rack': 'r1',
    });
  });

  it('aims at the memory that its limit leaves, so that the settings of the cluster can still say otherwise', () => {
    const resources = { osd: { limits: { memory: '4Gi' } } };
    const { args, resources: own } = containerOf(osdDeployment(aCluster({ resources }), anOsd));
    expect(args).toContain(`--default-osd-memory-target=${Math.floor(4 * 2 ** 30 * 0.8)}`);
    expect(own.limits).toEqual({ memory: '4Gi' });
  });

  it("keeps its directory under Rook's path", () => {
    const { volumes } = podOf(osdDeployment(aCluster(), anOsd));
    expect(volumes.map(({ hostPath }) => hostPath?.path)).toContain(`/var/lib/rook/rook-ceph/${FSID}_${anOsd.uuid}`);
  });
});

describe('what the document says of pods', () => {
  it('reaches every daemon: labels, annotations, priority, resources, tolerations', () => {
    const more = {
      labels: { all: { team: 'storage', app: 'mine' } },
      annotations: { all: { note: 'x' } },
      priorityClassNames: { all: 'high' },
      resources: {
        mon: { limits: { memory: '1Gi' } },
        mgr: { limits: { memory: '1Gi' } },
        osd: { limits: { memory: '1Gi' } },
      },
      placement: { all: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } },
    };
    for (const [type, object] of daemons(more)) {
      const { metadata } = workload(object).template;
      expect(metadata.labels).toMatchObject({ team: 'storage', app: `rook-ceph-${type}` });
      expect(metadata.annotations).toEqual({ note: 'x' });
      expect(podOf(object).priorityClassName).toBe('high');
      expect(containerOf(object).resources).toMatchObject({ limits: { memory: '1Gi' } });
      expect(podOf(object).tolerations).toContainEqual({ key: 'dedicated', operator: 'Exists' });
    }
  });

  it('can leave probes out or change their times', () => {
    const healthCheck = {
      livenessProbe: { mon: { disabled: true }, osd: { probe: { periodSeconds: 33 } } },
      startupProbe: { mgr: { disabled: true } },
    };
    const [mon, mgr, osd] = daemons({ healthCheck }).map(([, object]) => containerOf(object));
    expect(mon?.livenessProbe).toBeUndefined();
    expect(mgr?.startupProbe).toBeUndefined();
    expect(osd?.livenessProbe).toMatchObject({ periodSeconds: 33, timeoutSeconds: 5, exec: expect.anything() });
  });
});

describe('the toolbox', () => {
  const toolbox = toolboxDeployment(aCluster());

  it("is found as Rook's and is none of the daemons", () => {
    expect(workload(toolbox).template.metadata.labels).toMatchObject({ app: 'rook-ceph-tools' });
    expect(workload(toolbox).template.metadata.labels).not.toHaveProperty('rook_cluster');
  });

  it('gets the key as a file and its script is accepted by Bash', async () => {
    expect(containerOf(toolbox).env).toBeUndefined();
    await execa('bash', ['-n', '-c', containerOf(toolbox).command[2] ?? '']);
  });
});
