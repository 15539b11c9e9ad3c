import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentDeps } from '../../../activities/ceph/agent-deps.ts';
import { makeIdentity } from '../../../activities/ceph/make-identity.ts';
import { openSession } from '../../../src/ceph/session.ts';
import type { MadeIdentity, MakeIdentityInput } from '../../../src/contract/ceph-activities.ts';
import { FakeKubernetes, fakeAgent, fakePrograms } from '../fake-agent.ts';

const input: MakeIdentityInput = {
  cluster: 'rook-ceph',
  mons: ['a', 'b', 'c'],
  mgrs: ['a', 'b'],
  ciphers: { allowed: ['aes256k'], preferred: 'aes256k' },
};
const SECRETS = 5;

let kubernetes: FakeKubernetes;
let deps: AgentDeps;
let root: string;
const make = async (asked = input): Promise<MadeIdentity> =>
  (await new MockActivityEnvironment().run(() => makeIdentity(deps, asked))) as MadeIdentity;
const VERSION = '[ "$1" = --version ] && { echo "ceph version 20.2.4 (abc) tentacle (stable)"; exit 0; }; ';
/** Stand-in of `ceph` whose mons answer these commands and have nothing else. */
const mons = (answers: Record<string, string>): string =>
  [
    VERSION,
    'case "$*" in',
    ...Object.entries(answers).map(([command, answer]) => `  *"${command}") echo '${answer}' ;;`),
    '  *) exit 2 ;;',
    'esac',
  ].join('\n');
const keyringOf = (mgr: string): string => {
  const data = kubernetes.objects.get(`Secret/rook-ceph-mgr-${mgr}-keyring`)?.data as { keyring?: string } | undefined;
  return Buffer.from(data?.keyring ?? '', 'base64').toString();
};
const connectTo = (store: FakeKubernetes): Promise<unknown> =>
  store.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rook-ceph-config' },
    data: { mon_host: Buffer.from('[v2:10.0.0.1:3300]').toString('base64') },
  });
const stored = (): string => JSON.stringify([...kubernetes.objects.values()].map(({ data }) => data));

beforeEach(async () => {
  kubernetes = new FakeKubernetes();
  const agent = await fakeAgent(kubernetes);
  deps = agent.deps;
  root = agent.root;
  await fakePrograms(root, {
    ceph: 'echo "ceph version 20.2.4 (abc) tentacle (stable)"',
    'ceph-authtool': '[ "$2 $3" = "--key-type aes256k" ] || exit 1; echo "Ag$(head -c 40 /dev/urandom | base64 -w0)"',
  });
});

describe('identity', () => {
  it('is made once: a second call changes nothing and says so', async () => {
    const first = await make();
    const before = stored();
    expect(first.already).toBe(false);
    expect(await make()).toEqual({ fsid: first.fsid, already: true });
    expect(stored()).toBe(before);
    expect(kubernetes.objects.size).toBe(SECRETS);
  });

  it.each(Array.from({ length: SECRETS }, (_, index) => index + 1))(
    'stays the same one when the agent is killed after Secret %i',
    async (failAfter) => {
      kubernetes.failAfter = failAfter;
      await expect(make()).rejects.toThrow('killed');
      const before = [...kubernetes.objects.entries()].map(([key, object]) => [key, JSON.stringify(object)]);
      kubernetes.failAfter = Infinity;
      const again = await make();
      for (const [key = '', object] of before) expect(JSON.stringify(kubernetes.objects.get(key))).toBe(object);
      const root = kubernetes.objects.get('Secret/rook-ceph-mon')?.data as Record<string, string>;
      expect(Buffer.from(root.fsid ?? '', 'base64').toString()).toBe(again.fsid);
      const keyring = kubernetes.objects.get('Secret/rook-ceph-mons-keyring')?.data as Record<string, string>;
      const monKey = Buffer.from(root['mon-secret'] ?? '', 'base64').toString();
      expect(Buffer.from(keyring.keyring ?? '', 'base64').toString()).toContain(monKey);
    },
  );

  it('takes the fsid that the plan names', async () => {
    const fsid = '11111111-2222-4333-8444-555555555555';
    expect(await make({ ...input, fsid })).toEqual({ fsid, already: false });
  });

  it('refuses the Secrets of another cluster and leaves them', async () => {
    await make();
    const before = stored();
    const other = { ...input, fsid: '11111111-2222-4333-8444-555555555555' };
    await expect(make(other)).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
    expect(stored()).toBe(before);
  });

  it('is the same one where its Secret was restored by hand with a line break after the fsid', async () => {
    const { fsid } = await make();
    const data = (kubernetes.objects.get('Secret/rook-ceph-mon')?.data ?? {}) as Record<string, string>;
    data['fsid'] = Buffer.from(`${fsid}\n`).toString('base64');
    expect(await make({ ...input, fsid })).toEqual({ fsid, already: true });
    await connectTo(kubernetes);
    expect((await openSession({ store: kubernetes, cluster: 'rook-ceph', cephDir: deps.cephDir })).fsid).toBe(fsid);
  });

  it('is not made anew where the plan rests on one that has vanished since: new keys would lock every daemon out', async () => {
    await expect(make({ ...input, identity: 'there' })).rejects.toMatchObject({
      code: 'IDENTITY_CONFLICT',
      message: expect.stringContaining('restore it from your backup'),
    });
    expect(kubernetes.objects.size).toBe(0);
    const { fsid } = await make();
    expect(await make({ ...input, fsid, identity: 'there' })).toEqual({ fsid, already: true });
  });

  it('never fills up an identity that lost a key', async () => {
    await make();
    const root = (kubernetes.objects.get('Secret/rook-ceph-mon')?.data ?? {}) as Record<string, string>;
    delete root['mon-secret'];
    await expect(make()).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
  });

  it('takes the key of a mgr whose Secret was lost from the mons, which know no other', async () => {
    await make();
    await connectTo(kubernetes);
    kubernetes.objects.delete('Secret/rook-ceph-mgr-a-keyring');
    const key = `Ag${'k'.repeat(54)}==`;
    await fakePrograms(root, { ceph: mons({ 'auth get mgr.a': `[{"entity":"mgr.a","key":"${key}","caps":{}}]` }) });
    expect((await make()).already).toBe(false);
    expect(keyringOf('a')).toContain(`key = ${key}`);
  });

  it('makes a key for a mgr that the mons do not know, or where no mon answers', async () => {
    await make();
    await connectTo(kubernetes);
    for (const ceph of [mons({}), VERSION + 'echo "timed out" >&2; exit 1']) {
      kubernetes.objects.delete('Secret/rook-ceph-mgr-a-keyring');
      await fakePrograms(root, { ceph });
      await make();
      expect(keyringOf('a')).toMatch(/key = Ag/);
    }
  });

  it('returns no key', async () => {
    expect(Object.keys(await make()).sort()).toEqual(['already', 'fsid']);
  });
});
