import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { AgentDeps } from '../../activities/ceph/agent-deps.ts';
import { thisHost } from '../../src/disks/disk-host.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';

type AgentStore = AgentDeps['kubernetes'];

/** The API server as far as identity needs it. `failAfter` makes the n-th create the last thing that happens, like a kill. */
export class FakeKubernetes implements AgentStore {
  readonly objects = new Map<string, KubernetesObject>();
  creates = 0;
  failAfter = Infinity;

  read(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    return Promise.resolve(this.objects.get(`${ref.kind}/${ref.name}`));
  }

  async updateWithRetry(
    ref: ObjectRef,
    mutate: (current: KubernetesObject | undefined) => KubernetesObject | undefined,
  ): Promise<KubernetesObject | undefined> {
    const current = await this.read(ref);
    const wanted = mutate(structuredClone(current));
    if (wanted !== undefined) this.objects.set(`${ref.kind}/${ref.name}`, wanted);
    return wanted ?? current;
  }

  create(object: KubernetesObject): Promise<{ already: boolean; object: KubernetesObject }> {
    const key = `${object.kind}/${object.metadata.name}`;
    const there = this.objects.get(key);
    if (there !== undefined) return Promise.resolve({ already: true, object: there });
    this.objects.set(key, object);
    this.creates += 1;
    if (this.creates >= this.failAfter) return Promise.reject(new Error('killed'));
    return Promise.resolve({ already: false, object });
  }
}

/** A directory for one test with places as an agent has them. */
export async function fakeAgent(
  kubernetes: AgentStore = new FakeKubernetes(),
): Promise<{ deps: AgentDeps; root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'agent-test-'));
  const host = { ...thisHost('n1'), locksDir: join(root, 'locks') };
  const deps: AgentDeps = {
    kubernetes,
    readDocument: () => Promise.resolve(undefined),
    host,
    cephDir: join(root, 'keys'),
    machineIdPath: '/etc/machine-id',
    loopDevices: 'refused',
  };
  return { deps, root };
}

/** Puts programs before all others on PATH: Ceph's own are not on the machine that runs the unit tests. */
export async function fakePrograms(root: string, programs: Record<string, string>): Promise<void> {
  const directory = join(root, 'bin');
  await mkdir(directory, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(directory, name), `#!/bin/bash\n${script}\n`);
    await chmod(join(directory, name), 0o755);
  }
  if (!process.env.PATH?.startsWith(directory)) process.env.PATH = `${directory}${delimiter}${process.env.PATH}`;
}
