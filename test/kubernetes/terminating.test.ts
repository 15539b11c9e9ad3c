import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../../src/kubernetes/api-error.ts';
import { requireNotTerminating } from '../../src/kubernetes/terminating.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { aDocument, aNamespace } from '../builders/document.ts';
import { objectServer } from '../builders/object-server.ts';
import { fakePrograms } from '../activities/fake-agent.ts';
import { fakeApiServer } from './fake-api-server.ts';

const SINCE = '2026-11-22T01:02:03Z';
const FINALIZER = 'cephflow.io/disaster-protection';

const terminating = (messages: string[] = []): KubernetesObject => ({
  ...aNamespace(),
  metadata: { name: 'rook-ceph', deletionTimestamp: SINCE },
  status: {
    conditions: messages.map((message) => ({ type: 'NamespaceContentRemaining', status: 'True', message })),
  },
});
const object = (kind: string, name: string, finalizers: string[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'rook-ceph', finalizers },
});

const refused = async (namespace: KubernetesObject, ...objects: KubernetesObject[]): Promise<Error> => {
  const { kubernetes } = objectServer(namespace, ...objects);
  return requireNotTerminating(kubernetes, namespace).then(
    () => new Error('nothing was refused'),
    (error: Error) => error,
  );
};

describe('a namespace that is being deleted', () => {
  it('is refused with since when, what keeps it and a command that saves the identity before it lets go', async () => {
    const error = await refused(
      terminating(),
      object('Secret', 'rook-ceph-mon', [FINALIZER]),
      object('Secret', 'default-token', []),
      object('ConfigMap', 'rook-ceph-mon-endpoints', [FINALIZER]),
      aDocument({}, { finalizers: [FINALIZER] }),
    );
    expect(error).toMatchObject({ code: 'NAMESPACE_TERMINATING', retryable: false });
    expect(error.message).toContain(`Namespace rook-ceph is being deleted since ${SINCE}`);
    expect(error.message).toContain('Secret/rook-ceph-mon, ConfigMap/rook-ceph-mon-endpoints, CephCluster/rook-ceph');
    expect(error.message).not.toContain('default-token');
    const kept = 'secret/rook-ceph-mon configmap/rook-ceph-mon-endpoints cephcluster.ceph.rook.io/rook-ceph';
    const order = [
      `get ${kept} -o yaml`,
      `patch ${kept} --type=merge -p '{"metadata":{"finalizers":null}}'`,
      'kubectl create namespace rook-ceph',
      ' && kubectl create -f rook-ceph-saved.yaml',
    ].map((part) => error.message.lastIndexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('keeps the saved copy when its command is run again, also after one that could not read', async () => {
    const { message } = await refused(terminating(), object('Secret', 'rook-ceph-mon', [FINALIZER]));
    expect(message).toMatch(/stops where rook-ceph-saved.yaml exists.* create it again with .*kubectl create -f/);
    const cwd = await mkdtemp(join(tmpdir(), 'cephflow-saving-'));
    const command = message.slice(message.lastIndexOf(': [ ! -e') + 2);
    const run = async (kubectl: string) => {
      await fakePrograms(cwd, { kubectl: `echo "$*" >> calls; case "$*" in *" get "*) ${kubectl} ;; esac` });
      const { exitCode } = await execa('bash', ['-c', command], { cwd, reject: false });
      return { exitCode, calls: (await readFile(join(cwd, 'calls'), 'utf8').catch(() => '')).trim().split('\n') };
    };
    const saved = () => readFile(join(cwd, 'rook-ceph-saved.yaml'), 'utf8').catch(() => undefined);
    expect((await run('echo half; exit 1')).calls).toHaveLength(1);
    expect(await saved()).toBeUndefined();
    const good = await run('echo "fsid: x"; echo "  resourceVersion: 1"');
    expect(good).toMatchObject({ exitCode: 0, calls: { length: 6 } });
    expect(await saved()).toBe('fsid: x\n');
    const again = await run('echo NotFound >&2; exit 1');
    expect(again).toEqual({ exitCode: 1, calls: good.calls });
    expect(await saved()).toBe('fsid: x\n');
  });

  it('that nothing of the cluster keeps ends by itself, and the API server says what is left', async () => {
    const error = await refused(terminating(['pods. has 2 resource instances']));
    expect(error.message).toContain('it ends by itself');
    expect(error.message).toContain('pods. has 2 resource instances');
    expect(error.message).not.toContain('finalizers":null');
  });

  it('is the only one that is refused', async () => {
    const namespace = aNamespace();
    const { kubernetes } = objectServer(namespace, object('Secret', 'rook-ceph-mon', [FINALIZER]));
    await expect(requireNotTerminating(kubernetes, namespace)).resolves.toBeUndefined();
  });
});

describe("the API server's 403 because of a namespace that is being deleted", () => {
  let stop: () => Promise<void> = () => Promise.resolve();
  afterEach(() => stop());
  const answer = {
    message:
      'configmaps "x" is forbidden: unable to create new content in namespace rook-ceph because it is being terminated',
    reason: 'Forbidden',
    details: { causes: [{ reason: 'NamespaceTerminating', message: 'namespace rook-ceph is being terminated' }] },
  };

  it('is no lack of rights: it has a code of its own and is not tried again', async () => {
    const server = await fakeApiServer(({ path }) => (path === '/readyz' ? {} : { status: 403, body: answer }));
    stop = () => server.stop();
    const made = server.kubernetes.create(object('ConfigMap', 'x', []));
    await expect(made).rejects.toMatchObject({
      code: 'NAMESPACE_TERMINATING',
      retryable: false,
      message: expect.stringContaining('create configmaps in namespace "rook-ceph"'),
    });
  });

  it('stays a lack of rights for every other reason', () => {
    const asked = { method: 'POST', path: '/api/v1/namespaces/rook-ceph/configmaps' } as const;
    expect(refusal(asked, 403, { ...answer, details: {} })).toMatchObject({ code: 'FORBIDDEN' });
  });
});
