import { afterAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { fakeApiServer, type Answer, type Call } from './fake-api-server.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

const serve = async (respond: (call: Call) => Answer) => {
  const server = await fakeApiServer(respond);
  stops.push(() => server.stop());
  return server;
};

const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace: 'rook-ceph' };
const configMap = (resourceVersion = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'rook-ceph', resourceVersion, uid: 'u' },
  data: {},
});
const status = (code: number, message: string, more: object = {}): Answer => ({
  status: code,
  body: { kind: 'Status', code, message, ...more },
});

describe('errors of the API server', () => {
  it('names verb, resource and namespace of what is forbidden', async () => {
    const { kubernetes } = await serve(({ path }) => (path === '/readyz' ? {} : status(403, 'User "x" cannot get')));
    await expect(kubernetes.read(ref)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('read configmaps "x" in namespace "rook-ceph"'),
    });
  });

  it.each([401, 403])('takes %i from an API server that is still starting for an outage', async (code) => {
    const { kubernetes } = await serve(({ path }) => status(path === '/readyz' ? 500 : code, 'not yet'));
    await expect(kubernetes.read(ref)).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE', retryable: true });
  });

  it.each([429, 500, 503])('tries %i again', async (code) => {
    const { kubernetes } = await serve(() => status(code, 'busy'));
    await expect(kubernetes.read(ref)).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE', retryable: true });
  });

  it('takes a dropped connection for an outage', async () => {
    const { kubernetes } = await serve(() => ({ drop: true }));
    await expect(kubernetes.list(ref)).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE', retryable: true });
  });

  it('shows no secret that the server repeats', async () => {
    const key = `AQ${'c'.repeat(38)}==`;
    const { kubernetes } = await serve(() => status(422, `invalid value ${key}`));
    const error: Error = await kubernetes.read(ref).then(
      () => new Error('no failure'),
      (cause: Error) => cause,
    );
    expect(error.message).toContain('[redacted]');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(key);
  });
});

describe('apply', () => {
  const conflict = (manager: string): Answer =>
    status(409, 'conflict', {
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: `conflict with "${manager}" using v1`, field: '.data.a' }],
      },
    });

  it('names manager and field of a conflict and does not force it', async () => {
    const { kubernetes, calls } = await serve(({ method }) =>
      method === 'GET' ? { body: configMap() } : conflict('argocd'),
    );
    await expect(kubernetes.apply(configMap())).rejects.toMatchObject({
      code: 'FIELD_CONFLICT',
      message: expect.stringContaining('.data.a belongs to "argocd"'),
    });
    expect(calls.filter(({ method }) => method === 'PATCH').map(({ query }) => query.get('force'))).toEqual(['false']);
  });

  it('takes fields that an earlier request of our own holds', async () => {
    const { kubernetes } = await serve(({ method, query }) => {
      if (method === 'GET') return { body: configMap('1') };
      return query.get('force') === 'true' ? { body: configMap('2') } : conflict('cephflow');
    });
    await expect(kubernetes.apply(configMap())).resolves.toEqual({ changed: true, resourceVersion: '2', uid: 'u' });
  });
});

describe('writing at the version that was read', () => {
  it('looks again when someone else was quicker', async () => {
    let version = 1;
    const { kubernetes, calls } = await serve(({ method }) => {
      if (method === 'GET') return { body: configMap(String(version)) };
      version += 1;
      return version < 4 ? status(409, 'modified') : { body: configMap(String(version)) };
    });
    const written = await kubernetes.updateWithRetry(ref, (current) => current && { ...current, data: { a: '1' } });
    expect(written?.metadata.resourceVersion).toBe('4');
    const sent = calls
      .filter(({ method }) => method === 'PUT')
      .map(({ body }) => (body as KubernetesObject).metadata.resourceVersion);
    expect(sent).toEqual(['1', '2', '3']);
  });

  it('never loses a finalizer that somebody adds meanwhile', async () => {
    const { kubernetes, calls } = await serve(({ method }) => ({
      body:
        method === 'GET'
          ? { ...configMap('7'), metadata: { ...configMap('7').metadata, finalizers: ['other/one'] } }
          : configMap('8'),
    }));
    await kubernetes.patchMetadata(ref, { addFinalizers: ['cephflow.io/x'] });
    expect(calls.at(-1)?.body).toEqual({
      metadata: { finalizers: ['other/one', 'cephflow.io/x'], resourceVersion: '7' },
    });
  });
});

describe.concurrent('waiting', () => {
  const pod = (ready: boolean): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'rook-ceph', uid: 'u' },
    spec: { nodeName: 'n1' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  const wait = { namespace: 'rook-ceph', selector: 'app=a', count: 1, withinSeconds: 15 };

  it('sees a pod become ready behind a watch that has fallen silent', async () => {
    let lists = 0;
    const { kubernetes } = await serve(({ path, query }) => {
      if (query.get('watch') === 'true') return { silent: true };
      if (path.endsWith('/events')) return { body: { items: [] } };
      lists += 1;
      return { body: { items: [pod(lists > 2)] } };
    });
    await expect(kubernetes.untilPodsReady(wait)).resolves.toEqual([{ name: 'p', node: 'n1' }]);
  });

  it('rides out an outage of the API server, and polls where watching is forbidden', async () => {
    let lists = 0;
    const { kubernetes } = await serve(({ path, query }) => {
      if (query.get('watch') === 'true') return status(403, 'no watch');
      if (path === '/readyz') return {};
      lists += 1;
      return lists === 1 ? { drop: true } : { body: { items: [pod(true)] } };
    });
    await expect(kubernetes.untilPodsReady(wait)).resolves.toHaveLength(1);
  });

  it('tells of every change, again after a watch that ended, until it is stopped', async () => {
    let watches = 0;
    const { kubernetes } = await serve(({ query }) => {
      if (query.get('watch') !== 'true') return { body: { items: [] } };
      watches += 1;
      return watches === 2 ? { drop: true } : { events: [{ type: 'MODIFIED', object: pod(true) }] };
    });
    let changes = 0;
    const stopped = new AbortController();
    const watching = kubernetes.keepWatching({ apiVersion: 'v1', kind: 'Pod' }, () => (changes += 1), stopped.signal);
    await expect.poll(() => changes, { timeout: 10_000 }).toBe(2);
    stopped.abort();
    await watching;
    expect(watches).toBe(3);
  });

  it('has all of its time after an outage that was longer than that', async () => {
    let lists = 0;
    const { kubernetes } = await serve(({ path, query }) => {
      if (query.get('watch') === 'true') return status(403, 'no watch');
      if (path === '/readyz') return {};
      if (path.endsWith('/events')) return { body: { items: [] } };
      lists += 1;
      return lists <= 3 ? { drop: true } : { body: { items: [pod(lists > 4)] } };
    });
    await expect(kubernetes.untilPodsReady({ ...wait, withinSeconds: 1.5 })).resolves.toHaveLength(1);
    expect(lists).toBe(5);
  });

  it('ends at once with the reason of the signal', async () => {
    const { kubernetes } = await serve(({ query }) =>
      query.get('watch') === 'true' ? { silent: true } : { body: { items: [] } },
    );
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('cancelled by the user')), 100);
    const started = performance.now();
    await expect(kubernetes.untilPodsReady({ ...wait, signal: abort.signal })).rejects.toThrow('cancelled by the user');
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('counts a pod that is still ending as left', async () => {
    const ending = { ...pod(false), metadata: { ...pod(false).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const { kubernetes } = await serve(({ query }) =>
      query.get('watch') === 'true' ? { silent: true } : { body: { items: [ending] } },
    );
    await expect(
      kubernetes.untilPodsGone({ namespace: 'rook-ceph', selector: 'app=a', withinSeconds: 0.2 }),
    ).rejects.toMatchObject({ code: 'STILL_RUNNING', message: expect.stringContaining('Pod p (ending, on n1)') });
  });

  const crashLoop = (restartCount: number, message = 'the store is empty'): KubernetesObject => ({
    ...pod(false),
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'mon',
          restartCount,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, message } },
        },
      ],
    },
  });

  it('fails at once when a container crashes again during the wait, with its last words', async () => {
    let lists = 0;
    const { kubernetes } = await serve(({ query }) => {
      if (query.get('watch') === 'true') return { silent: true };
      lists += 1;
      return { body: { items: [crashLoop(lists)] } };
    });
    await expect(kubernetes.untilPodsReady(wait)).rejects.toMatchObject({
      code: 'POD_NOT_READY',
      message: expect.stringContaining('the store is empty'),
    });
  });

  it('names the error of an earlier end where the last one, cut off, tells none', async () => {
    const ends = ['T 7f -1 unable to bind\nT 7f 1 close', 'T 7f 0 starting osd.2'];
    let lists = 0;
    const { kubernetes } = await serve(({ path, query }) => {
      if (query.get('watch') === 'true') return { silent: true };
      if (path.endsWith('/events')) return { body: { items: [] } };
      lists += 1;
      return { body: { items: [crashLoop(lists, ends[lists - 1])] } };
    });
    await expect(kubernetes.untilPodsReady(wait)).rejects.toMatchObject({
      message: expect.stringMatching(/exit code 1: T 7f 0 starting osd\.2; an earlier time: T 7f -1 unable to bind/),
    });
  });

  it('gives a pod whose crashes are old the grace, because the cause may be cured', async () => {
    let lists = 0;
    const { kubernetes } = await serve(({ query }) => {
      if (query.get('watch') === 'true') return { silent: true };
      lists += 1;
      return { body: { items: [lists < 3 ? crashLoop(5) : pod(true)] } };
    });
    await expect(kubernetes.untilPodsReady(wait)).resolves.toHaveLength(1);
  });
});
