import { Interrupted } from '../../src/cli/command-error.ts';
import type { Io } from '../../src/cli/io.ts';
import type { KubernetesPort } from '../../src/cli/kubernetes-port.ts';
import { run } from '../../src/cli/program.ts';
import type {
  Ending,
  Execution,
  MessageAnswer,
  ScheduleRow,
  StartRequest,
  StateAnswer,
  TemporalPort,
} from '../../src/cli/temporal-port.ts';
import type { MessageName } from '../../src/contract/messages.ts';
import type { OperationResult, OperationState } from '../../src/contract/state.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

export const NOW = '2026-02-03T05:00:00.000Z';

/** One look at the operation: its state, silence of the workers, its end, or Ctrl-C pressed at that moment. */
export type Look = OperationState | 'silent' | 'ctrl-c' | { ending: Ending };

export interface Outside {
  files?: Record<string, string>;
  /** What a person answers to questions; its presence makes the terminal interactive. `null` is Ctrl-C. */
  answers?: (string | null)[];
  looks?: Look[];
  running?: Partial<Execution>;
  executions?: Execution[];
  schedules?: ScheduleRow[];
  update?: MessageAnswer;
  status?: Ending;
  objects?: KubernetesObject[];
  /** By `namespace/pod/container/which`. */
  logs?: Record<string, string>;
  /** By workflow id. */
  histories?: Record<string, unknown>;
  kubernetesFailure?: unknown;
  temporalFailure?: unknown;
  programName?: string;
}

/** What a run did and said. */
export interface Outcome {
  exitCode: number;
  out: string;
  err: string;
  started: StartRequest[];
  sent: { how: 'update' | 'signal'; id: string; name: MessageName; payload: unknown }[];
  queries: string[];
  /** Cluster, act and note. */
  steered: string[][];
  applied: KubernetesObject[];
  questions: string[];
  written: Record<string, Uint8Array>;
  /** Kinds of objects that were read. */
  kinds: string[];
}

export const anExecution = (fields: Partial<Execution> = {}): Execution => ({
  id: 'bootstrap:rook-ceph',
  runId: 'run-1',
  type: 'bootstrap',
  status: 'running',
  startedAt: '2026-02-03T04:00:00.000Z',
  attributes: {},
  ...fields,
});

export const aResult = (fields: Partial<OperationResult> & Record<string, unknown> = {}): OperationResult => ({
  summary: 'The cluster is up: 3 mons, 6 OSDs, HEALTH_OK.',
  outcome: 'done',
  findings: [],
  waived: [],
  steps: [],
  ...fields,
});

export const finished = (fields: Partial<OperationResult> & Record<string, unknown> = {}): { ending: Ending } => ({
  ending: { kind: 'finished', result: aResult(fields) },
});

/** Runs a command line against a faked terminal, Temporal and Kubernetes. Time passes only when the command sleeps. */
export async function runCommand(argv: string[], outside: Outside = {}): Promise<Outcome> {
  const outcome: Outcome = {
    exitCode: -1,
    out: '',
    err: '',
    started: [],
    sent: [],
    queries: [],
    steered: [],
    applied: [],
    questions: [],
    written: {},
    kinds: [],
  };
  const interrupts = new Set<() => void>();
  const io = fakeIo(outside, outcome, interrupts);
  const temporal = fakeTemporal(outside, outcome, interrupts);
  outcome.exitCode = await run(argv, io, {
    temporal: () =>
      outside.temporalFailure === undefined ? Promise.resolve(temporal) : Promise.reject(outside.temporalFailure),
    kubernetes: () =>
      outside.kubernetesFailure === undefined
        ? Promise.resolve(fakeKubernetes(outside, outcome))
        : Promise.reject(outside.kubernetesFailure),
  });
  return outcome;
}

function fakeIo(outside: Outside, outcome: Outcome, interrupts: Set<() => void>): Io {
  const answers = [...(outside.answers ?? [])];
  let now = Date.parse(NOW);
  return {
    out: (text) => void (outcome.out += `${text}\n`),
    err: (text) => void (outcome.err += `${text}\n`),
    interactive: outside.answers !== undefined,
    screen: () => undefined,
    ask: async (question) => {
      outcome.questions.push(question);
      const answer = answers.shift();
      if (answer === null || answer === undefined) throw new Interrupted('interrupted');
      return await Promise.resolve(answer);
    },
    readInput: async (file) => await Promise.resolve(outside.files?.[file] ?? ''),
    writeOutput: async (file, content) => {
      outcome.written[file] = content;
      await Promise.resolve();
    },
    now: () => now,
    sleep: async (milliseconds, signal) => {
      // The bounds of `version` and of completion must not win over an answer that is there at once.
      if (milliseconds >= 5000 || milliseconds < 1000)
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      now += milliseconds;
    },
    onInterrupt: (handler) => {
      interrupts.add(handler);
      return () => void interrupts.delete(handler);
    },
    programName: outside.programName ?? 'cephflow',
    user: 'alex',
    environment: {},
  };
}

function fakeTemporal(outside: Outside, outcome: Outcome, interrupts: Set<() => void>): TemporalPort {
  const looks = [...(outside.looks ?? [])];
  let started = false;
  const ending = (): Ending | undefined => {
    const [look] = looks;
    return typeof look === 'object' && 'ending' in look ? look.ending : undefined;
  };
  return {
    description: 'Temporal at fake:7233, namespace default,',
    start: async (request) => {
      outcome.started.push(request);
      started = true;
      return await Promise.resolve({ kind: 'started', runId: 'run-1' });
    },
    describe: async (id) => {
      if (!started && outside.running === undefined) return undefined;
      return await Promise.resolve(
        anExecution({ id, status: ending() === undefined ? 'running' : 'completed', ...outside.running }),
      );
    },
    readState: async () => await Promise.resolve(stateAnswer(looks, interrupts, outcome)),
    ending: async () => await Promise.resolve(ending() ?? { kind: 'stopped', message: 'was not scripted' }),
    update: async (id, name, payload) => {
      outcome.sent.push({ how: 'update', id, name, payload });
      return await Promise.resolve(outside.update ?? { kind: 'accepted', sentence: 'Approved.' });
    },
    signal: async (id, name, payload) => {
      outcome.sent.push({ how: 'signal', id, name, payload });
      await Promise.resolve();
    },
    history: async (id) => await Promise.resolve(outside.histories?.[id] ?? { events: [] }),
    list: async (query) => {
      outcome.queries.push(query);
      const wanted = query.includes("!= 'Running'") ? 'ended' : 'running';
      return await Promise.resolve(
        (outside.executions ?? []).filter(({ status }) => (status === 'running') === (wanted === 'running')),
      );
    },
    execute: async (request) => {
      outcome.started.push(request);
      return await Promise.resolve(outside.status ?? { kind: 'stopped', message: 'was not scripted' });
    },
    schedules: async (cluster) =>
      await Promise.resolve((outside.schedules ?? []).filter((row) => (cluster ?? row.cluster) === row.cluster)),
    steerSchedule: async (cluster, act, note) => {
      outcome.steered.push([cluster, act, note]);
      const row = outside.schedules?.find((one) => one.cluster === cluster);
      if (row !== undefined && act !== 'trigger')
        Object.assign(row, { state: act === 'pause' ? 'paused' : 'running', note });
      await Promise.resolve();
    },
    serverVersion: async () => await Promise.resolve('1.29.0'),
    close: async () => await Promise.resolve(),
  };
}

function stateAnswer(looks: Look[], interrupts: Set<() => void>, outcome: Outcome): StateAnswer {
  const [look] = looks;
  // The last look stays, so that a command that follows too long runs into its time limit instead of an unscripted state.
  if (looks.length > 1) looks.shift();
  if (look === 'ctrl-c') interrupts.forEach((interrupt) => interrupt());
  if (look === undefined || typeof look === 'string') return { kind: 'silent' };
  if ('ending' in look) throw new Error(`the state of an ended operation was read: ${outcome.err}`);
  return { kind: 'state', state: look };
}

function fakeKubernetes({ objects = [], ...outside }: Outside, outcome: Outcome): KubernetesPort {
  return {
    description: 'lab (https://127.0.0.1:6443)',
    apply: async (object) => {
      outcome.applied.push(object);
      return await Promise.resolve({ changed: true });
    },
    create: async (object) => {
      outcome.applied.push(object);
      return await Promise.resolve({ already: false });
    },
    log: async ({ namespace, pod, container }, _lines, which) =>
      await Promise.resolve(outside.logs?.[`${namespace}/${pod}/${container}/${which}`] ?? ''),
    list: async ({ kind, namespace, labelSelector = '' }) => {
      outcome.kinds.push(kind);
      const [label = '', value] = labelSelector.split('=');
      return await Promise.resolve(
        objects.filter(
          ({ kind: found, metadata }) =>
            found === kind &&
            (namespace ?? metadata.namespace) === metadata.namespace &&
            (label === '' || metadata.labels?.[label] === value),
        ),
      );
    },
    serverVersion: async () => await Promise.resolve('v1.35.1'),
  };
}
