import { setTimeout as sleep } from 'node:timers/promises';
import { HEALTH_INTERVAL_SECONDS } from '../../src/contract/health-schedule.ts';
import { kubectl } from '../demo/kubectl.ts';

/** Resident memory and idle load of one worker pod. */
export interface WorkerFigures {
  role: 'ops' | 'agent';
  pod: string;
  residentMegabytes: number;
  /** Part of one core that it used while nobody asked anything of it, the scheduled look at the cluster included. */
  idleCoreShare: number;
}

/** One interval of the health schedule: an idle cluster is looked at once in it, which belongs to what idling costs. */
const IDLE_SECONDS = HEALTH_INTERVAL_SECONDS;
const TICKS_PER_SECOND = 100;

/** Looks at every worker twice, with no work between: it measures a time, so it has to let it pass. */
export async function workerFigures(cluster: string): Promise<WorkerFigures[]> {
  const pods = [
    ...(await podsOf('ops', 'cephflow-system', 'cephflow-ops')),
    ...(await podsOf('agent', cluster, 'cephflow-agent')),
  ];
  const before = await Promise.all(pods.map(look));
  await sleep(IDLE_SECONDS * 1000);
  const after = await Promise.all(pods.map(look));
  return pods.map(({ role, pod }, index) => ({
    role,
    pod,
    residentMegabytes: after[index]?.megabytes ?? 0,
    idleCoreShare: ((after[index]?.ticks ?? 0) - (before[index]?.ticks ?? 0)) / TICKS_PER_SECOND / IDLE_SECONDS,
  }));
}

interface WorkerPod {
  role: 'ops' | 'agent';
  namespace: string;
  pod: string;
}

async function podsOf(role: 'ops' | 'agent', namespace: string, app: string): Promise<WorkerPod[]> {
  const names = await kubectl([
    '--namespace',
    namespace,
    'get',
    'pods',
    '--selector',
    `app=${app}`,
    '--output',
    'name',
  ]);
  return names
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => ({ role, namespace, pod: name.replace('pod/', '') }));
}

/** Found by its command line, since it is not always process 1; fields 14 and 15 of stat are ticks in user and kernel mode (proc(5)). */
const LOOK = `for p in /proc/[0-9]*; do
  if tr '\\0' ' ' < $p/cmdline | grep -q '^[^ ]*node .*worker/[a-z]*[.]ts'; then cat $p/stat; grep VmRSS $p/status; fi
done`;

async function look({ namespace, pod }: WorkerPod): Promise<{ megabytes: number; ticks: number }> {
  const text = await kubectl(['--namespace', namespace, 'exec', pod, '--', 'sh', '-c', LOOK]);
  const [stat, resident] = text.split('\n');
  if (stat === undefined || resident === undefined) throw new Error(`No worker runs in pod ${pod}.`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    megabytes: Math.round(Number(/(\d+) kB/.exec(resident)?.[1] ?? 0) / 1024),
    ticks: Number(fields[11]) + Number(fields[12]),
  };
}
