import { describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { answerCompletion } from '../../../src/cli/completion/answer.ts';
import { FLAGS, OPERANDS } from '../../../src/cli/completion/wanted.ts';
import type { Io } from '../../../src/cli/io.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { CommandError } from '../../../src/cli/command-error.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aParkedState, aStep } from '../../console/states.ts';
import { anExecution, runCommand, type Outside } from '../fake-outside.ts';

const program: Command = buildProgram(() => () => Promise.resolve(), { programName: 'cephflow' } as never);

const answer = async (words: string[], outside: Outside = {}) => {
  const run = await runCommand(['__complete', ...words], outside);
  const lines = run.out.trimEnd().split('\n');
  return { ...run, words: lines.slice(0, -1).map((line) => line.split('\t')[0]), lines, directive: lines.at(-1) };
};
const words = async (typed: string[], outside: Outside = {}) => (await answer(typed, outside)).words;

const objects = [
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'm2' } },
  { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', metadata: { name: 'c', namespace: 'rook-ceph' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cephflow-clusters', namespace: 'cephflow-system' },
    data: { blue: '{}', 'rook-ceph': '{}' },
  },
] as KubernetesObject[];

describe('completion', () => {
  it('proposes every command with its summary, from the program itself', async () => {
    const { lines } = await answer(['']);
    expect(lines.slice(0, -1)).toEqual(program.commands.map((command) => `${command.name()}\t${command.summary()}`));
    expect(await words(['-o', 'json', 'oper'])).toEqual(['operations']);
  });

  it('proposes the flags of the command and the global ones, but none that is given already', async () => {
    for (const command of program.commands) {
      const long = [...command.options, ...program.options].map((option) => option.long);
      expect(await words([command.name(), '--'])).toEqual([...long, '--help']);
    }
    expect(await words(['watch', '--timeout', '5m', '--t'])).toEqual(['--temporal-namespace']);
    expect(await words(['watch', '--timeout=5m', '--t'])).toEqual(['--temporal-namespace']);
  });

  it('proposes the choices of a flag, in both forms, and of an operand', async () => {
    expect(await words(['show', '-o', ''])).toEqual(['table', 'wide', 'json', 'yaml']);
    expect(await words(['--output=y'])).toEqual(['--output=yaml']);
    expect(await words(['completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  });

  it('asks for files where a file is wanted, and nowhere else', async () => {
    expect(await answer(['bootstrap', '-f', ''])).toMatchObject({ words: [], directive: ':0' });
    expect(await answer(['report', '--file=x'])).toMatchObject({ words: [], directive: ':0' });
    expect(await answer(['show', '--address', ''])).toMatchObject({ words: [], directive: ':4' });
    expect(await answer(['version', ''])).toMatchObject({ words: [], directive: ':4' });
  });

  it('proposes clusters with a document, and those that are only remembered', async () => {
    expect(await words(['status', ''], { objects })).toEqual(['blue', 'rook-ceph']);
    expect(await words(['devices', '--namespace', 'ro'], { objects })).toEqual(['rook-ceph']);
    expect(await words(['status', '--', 'b'], { objects })).toEqual(['blue']);
  });

  it('proposes nodes', async () => {
    expect(await words(['devices', 'n'], { objects })).toEqual(['n1']);
    expect(await words(['devices', 'n1', ''], { objects })).toEqual([]);
  });

  it('proposes operations that run, with what they wait for, of the cluster that is named', async () => {
    const executions = [
      anExecution({ attributes: { CephPhase: 'approve', CephAwaiting: 'approval' } }),
      anExecution({ id: 'teardown:blue', status: 'completed' }),
    ];
    const { lines, queries } = await answer(['show', '-n', 'rook-ceph', 'boot'], { executions });
    expect(lines).toEqual(['bootstrap:rook-ceph\tphase approve, awaiting approval', ':4']);
    expect(queries).toEqual([expect.stringMatching(/CephCluster = 'rook-ceph' AND ExecutionStatus = 'Running'$/)]);
  });

  it('proposes steps that a retry can name, and the attempt that is parked', async () => {
    const steps = [
      aStep({ id: 'start-mons', status: 'done' }),
      aStep({ id: 'create-osds/n1', status: 'parked', attempt: 3 }),
      aStep({ id: 'wipe/n2', status: 'waiting-for-host', skippable: true, attempt: 2 }),
    ];
    const outside = { running: {}, looks: [aParkedState({ steps })] };
    expect(await words(['retry', 'bootstrap:rook-ceph', '--step', ''], outside)).toEqual(['create-osds/n1', 'wipe/n2']);
    const attempt = ['skip', 'bootstrap:rook-ceph', '--step', 'wipe/n2', '--attempt', ''];
    expect(await words(attempt, outside)).toEqual(['2']);
    expect(await words(['retry', '--step', ''], outside)).toEqual([]);
  });

  it('is silent where nothing answers', async () => {
    const away = new CommandError(6, 'No answer.');
    for (const typed of [
      ['show', ''],
      ['status', ''],
      ['retry', 'x', '--step', ''],
    ]) {
      const run = await answer(typed, { temporalFailure: away, kubernetesFailure: away });
      expect([run.exitCode, run.out, run.err]).toEqual([0, ':4\n', '']);
    }
  });

  it('gives up in under a second where the answer does not come', async () => {
    const said: string[] = [];
    const limits: number[] = [];
    const io = {
      out: (text: string) => said.push(text),
      sleep: async (milliseconds: number) => void (await Promise.resolve(limits.push(milliseconds))),
    } as unknown as Io;
    const never = (): Promise<never> => new Promise(() => undefined);
    await answerCompletion(['show', ''], program, io, { temporal: never, kubernetes: never });
    expect(said).toEqual([':4']);
    expect(limits).toEqual([expect.toSatisfy((limit: number) => limit < 1000)]);
  });

  it('lists no name for live names that the program does not use', () => {
    const operands = program.commands.flatMap((command) => command.registeredArguments.map((one) => one.name()));
    expect(Object.keys(OPERANDS).filter((name) => !operands.includes(name))).toEqual([]);
    const flags = [program, ...program.commands].flatMap(({ options }) => options.map(({ long }) => long));
    expect(Object.keys(FLAGS).filter((name) => !flags.includes(name))).toEqual([]);
  });
});
