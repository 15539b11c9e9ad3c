import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { makeCrashKey } from '../../../activities/ceph/make-crash-key.ts';
import { crashKeyringSecret } from '../../../src/manifests/crash-collector.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { FakeKubernetes } from '../fake-agent.ts';
import { fakeCeph } from './fake-ceph.ts';

const KEY = 'AgOfTheMons==';
const entry = (key: string) => [{ entity: 'client.crash', key, caps: { mon: 'allow profile crash' } }];
const secretWith = (key: string): KubernetesObject => crashKeyringSecret({ namespace: 'rook-ceph' }, key);

const given = async (answers: Record<string, unknown>, secret?: KubernetesObject) => {
  const { deps, calls } = await fakeCeph(answers, {});
  const kubernetes = deps.kubernetes as FakeKubernetes;
  if (secret !== undefined) await kubernetes.create(secret);
  const make = () => new MockActivityEnvironment().run(() => makeCrashKey(deps, { cluster: 'rook-ceph' }));
  const kept = () => {
    const data = kubernetes.objects.get('Secret/rook-ceph-crash-collector-keyring')?.data as { keyring?: string };
    return Buffer.from(data?.keyring ?? '', 'base64').toString();
  };
  const asked = async () => (await calls()).map((call) => call.replace(/^ceph /, ''));
  return { make, kept, asked };
};

describe('the key of the crash collectors', () => {
  it('is made by one command, kept in its Secret with the few rights it needs, and never returned', async () => {
    const { make, kept, asked } = await given({ 'auth get-or-create': [{ entity: 'client.crash', key: KEY }] });
    expect(await make()).toEqual({ already: false });
    expect(kept()).toContain(`key = ${KEY}`);
    expect(await asked()).toEqual(['auth get-or-create client.crash mon allow profile crash mgr allow rw']);
  });

  it('is the one of its Secret from then on: a repeat makes none', async () => {
    const { make, kept, asked } = await given({ 'auth get client.crash': entry(KEY) }, secretWith(KEY));
    expect(await make()).toEqual({ already: true });
    expect(kept()).toContain(`key = ${KEY}`);
    expect(await asked()).toEqual(['auth get client.crash']);
  });

  it('is never replaced where the mons know another one than the Secret', async () => {
    const { make, kept } = await given({ 'auth get client.crash': entry('AgOther==') }, secretWith(KEY));
    await expect(make()).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
    expect(kept()).toContain(`key = ${KEY}`);
  });

  it('is missed with a sentence where the mons tell none', async () => {
    const { make, kept } = await given({ 'auth get-or-create': [], 'auth get client.crash': [] });
    await expect(make()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(kept()).toBe('');
  });

  it('is not told by the failure where the Secret has no key in it', async () => {
    const broken = {
      ...secretWith(KEY),
      data: { keyring: Buffer.from(`[client.other]\nkey = ${KEY}`).toString('base64') },
    };
    const { make } = await given({}, broken);
    const failed = (await make().catch((error: unknown) => error)) as Error;
    expect(failed.message).toContain('has no key of client.crash');
    expect(JSON.stringify(failed) + failed.message).not.toContain(KEY);
  });
});
