import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentDeps } from '../../../activities/ceph/agent-deps.ts';
import { fakeAgent, FakeKubernetes, fakePrograms } from '../fake-agent.ts';

export const FSID = '11111111-1111-4111-8111-111111111111';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a healthy cluster of one mon, mgr and OSD answers, by the words of the command. */
const HEALTHY: Record<string, unknown> = {
  quorum_status: {
    quorum_names: ['a'],
    quorum_leader_name: 'a',
    monmap: { fsid: FSID, mons: [{ name: 'a' }] },
  },
  'mgr dump': { available: true, active_name: 'a' },
  versions: { mon: { 'ceph version 20.2.4 (x) tentacle (stable)': 1 }, overall: {} },
  'osd dump': { full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, osds: [], pools: [] },
  'osd tree': { nodes: [] },
  'health detail': { status: 'HEALTH_OK', checks: {} },
  df: { pools: [] },
  'fs dump': { filesystems: [] },
  'config dump': [],
};

export interface FakeCeph {
  deps: AgentDeps;
  /** Command lines of all programs so far, without the connection. */
  calls: () => Promise<string[]>;
}

/** An agent that finds what a connection to the mons needs. */
export async function connectedAgent(): ReturnType<typeof fakeAgent> {
  const kubernetes = new FakeKubernetes();
  const secret = (name: string, data: Record<string, string>) =>
    kubernetes.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
    });
  await secret('rook-ceph-mon', { fsid: FSID, 'ceph-secret': 'k' });
  await secret('rook-ceph-config', { mon_host: '[v2:10.0.0.1:3300]' });
  return fakeAgent(kubernetes);
}

/** An agent whose `ceph` answers as a healthy cluster does, but for `answers`; `more` are further programs, as Bash. */
export async function fakeCeph(answers: Record<string, unknown>, more: Record<string, string>): Promise<FakeCeph> {
  const { deps, root } = await connectedAgent();
  const log = join(root, 'calls');
  const cases = Object.entries({ ...HEALTHY, ...answers }).map(
    ([command, answer]) => `  "${command}"*) echo '${JSON.stringify(answer)}' ;;`,
  );
  const ceph = [
    'answer() {',
    `echo "ceph $1" >> ${log}`,
    'case "$1" in',
    ...cases,
    `  *"config-key get"*) grep -q "config-key set" ${log} && echo unset || exit 2 ;;`,
    'esac',
    '}',
    // Without a command it reads them from standard input, as the real one does.
    'all="$*"; words="${all#*-f json}"',
    'if [ -n "$words" ]; then answer "${words# }"; else while read -r line; do answer "$line"; done; fi',
    'exit 0',
  ].join('\n');
  const logged = Object.entries(more).map(([name, script]) => [name, `echo "${name} $*" >> ${log}\n${script}`]);
  await fakePrograms(root, { ceph, ...Object.fromEntries(logged) });
  const calls = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return { deps, calls };
}
