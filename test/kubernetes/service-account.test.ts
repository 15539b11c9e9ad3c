import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podAuthority } from '../../src/kubernetes/service-account.ts';

const SERVICE = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe("a pod's account", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cephflow-account-'));
    await writeFile(join(directory, 'ca.crt'), 'the authority');
    await writeFile(join(directory, 'token'), 'first\n');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('asks the API server of its cluster, with the token as it is now', async () => {
    const authority = podAuthority({ environment: SERVICE, directory });
    expect(authority?.server).toBe('https://10.96.0.1:443');
    const request: https.RequestOptions = {};
    await authority?.authorize(request);
    expect(request).toMatchObject({ ca: 'the authority', headers: { authorization: 'Bearer first' } });
    await writeFile(join(directory, 'token'), 'renewed');
    await authority?.authorize(request);
    expect(request.headers).toEqual({ authorization: 'Bearer renewed' });
  });

  it('reaches an API server by IPv6', () => {
    const environment = { ...SERVICE, KUBERNETES_SERVICE_HOST: 'fd00::1' };
    expect(podAuthority({ environment, directory })?.server).toBe('https://[fd00::1]:443');
  });

  it('counts an account that cannot be read as an outage, not as a bug', async () => {
    const authority = podAuthority({ environment: SERVICE, directory });
    await rm(join(directory, 'ca.crt'));
    await expect(authority?.authorize({})).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
  });

  it('is not taken outside of a pod, or where KUBECONFIG names another', () => {
    expect(podAuthority({ environment: {}, directory })).toBeUndefined();
    expect(podAuthority({ environment: SERVICE, directory: join(directory, 'none') })).toBeUndefined();
    expect(podAuthority({ environment: { ...SERVICE, KUBECONFIG: '/x' }, directory })).toBeUndefined();
  });

  it('gives way to a kubeconfig in the home directory, and only to one that exists', async () => {
    const environment = { ...SERVICE, HOME: directory };
    await mkdir(join(directory, '.kube'));
    expect(podAuthority({ environment, directory })).toBeDefined();
    await writeFile(join(directory, '.kube', 'config'), '');
    expect(podAuthority({ environment, directory })).toBeUndefined();
  });
});

describe('what a worker loads', () => {
  it('leaves out the client library, which would be a third of its memory', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const asked = [];
      registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) });
      await import(process.argv[1]);
      process.stdout.write(JSON.stringify(asked));`;
    const module = join(import.meta.dirname, '../../src/kubernetes/kubernetes.ts');
    const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script, module]);
    const asked = JSON.parse(stdout) as string[];
    expect(asked).toContain('./service-account.ts');
    expect(asked.filter((name) => name.includes('client-node'))).toEqual([]);
  });
});
