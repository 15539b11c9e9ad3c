import type { CephClusterSpec } from '../spec/ceph-cluster.ts';
import { probesFor } from '../spec/effective.ts';
import type { ProbeSetting } from '../spec/pod-settings.ts';
import type { DaemonType } from './labels.ts';

export interface ProbePlan {
  type: DaemonType;
  /** Name of the admin socket's file, `ceph-mon.a`. */
  socket: string;
  /** Python expression over `answer` (the admin socket's JSON) that tells readiness; without it a running daemon is ready. */
  ready?: string;
  startup: { periodSeconds: number; failureThreshold: number };
}

/**
 * Asks the admin socket. Written out because the `ceph` program takes ten times as long to start, and probes run all day on every host.
 * Protocol: request ended by NUL; answer is its length in four bytes, then JSON. Socket files outlive their daemon, so only an answer counts.
 */
const ask = (socket: string, command: string, condition: string): string[] => [
  'python3',
  '-I',
  '-S',
  '-c',
  [
    'import socket, struct, json, sys',
    'try:',
    '    s = socket.socket(socket.AF_UNIX)',
    '    s.settimeout(4)',
    `    s.connect("/run/ceph/${socket}.asok")`,
    `    s.sendall(b'{"prefix": "${command}"}\\0')`,
    '    f = s.makefile("rb")',
    '    length = struct.unpack(">I", f.read(4))[0]',
    '    answer = json.loads(f.read(length) or b"{}")',
    'except (OSError, ValueError, struct.error) as problem:',
    `    sys.exit("${socket} does not answer: %s" % problem)`,
    `sys.exit(None if ${condition} else "${socket} is %s" % answer.get("state"))`,
  ].join('\n'),
];

const merged = (built: object, { disabled, probe }: ProbeSetting): object | undefined => {
  if (disabled) return undefined;
  const own = Object.entries(probe ?? {}).filter(([, value]) => value !== undefined);
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
  const replaced = own.some(([key]) => handlers.includes(key));
  const kept = Object.entries(built).filter(([key]) => !(replaced && handlers.includes(key)));
  return Object.fromEntries([...kept, ...own]);
};

/**
 * Startup, liveness and readiness. Startup has a short period, because a pod that is not Ready is waited for; it gives up late, because a
 * daemon may have a long journal to replay. Liveness only asks for an answer: a mon out of quorum or a booting OSD is alive.
 */
export const daemonProbes = (spec: CephClusterSpec, { type, socket, ready, startup }: ProbePlan): object => {
  const command = type === 'mon' ? 'mon_status' : 'status';
  const alive = { exec: { command: ask(socket, command, 'True') }, timeoutSeconds: 5 };
  const settings = probesFor(spec, type);
  const startupProbe = merged({ ...alive, ...startup }, settings.startup);
  const livenessProbe = merged({ ...alive, periodSeconds: 10, failureThreshold: 3 }, settings.liveness);
  const readinessProbe =
    ready === undefined
      ? undefined
      : { exec: { command: ask(socket, command, ready) }, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 3 };
  return {
    ...(startupProbe === undefined ? {} : { startupProbe }),
    ...(livenessProbe === undefined ? {} : { livenessProbe }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
  };
};
