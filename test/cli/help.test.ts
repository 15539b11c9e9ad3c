import { describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { runCommand } from './fake-outside.ts';

/** The tree with every action replaced by a record, so that an example can be parsed without being run. */
function parsedBy(words: string[]): string[] {
  const ran: string[] = [];
  const program = buildProgram(
    () =>
      async (...received: unknown[]) => {
        ran.push((received.at(-1) as Command).name());
        await Promise.resolve();
      },
    { out: () => undefined, err: () => undefined } as never,
  );
  program.parse(words, { from: 'user' });
  return ran;
}

const commandsOf = async (): Promise<string[]> => {
  const { out } = await runCommand(['--help']);
  const list = out.slice(out.indexOf('Commands:'), out.indexOf('Exit codes:'));
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
};

describe('help', () => {
  it('knows the commands of the documentation', async () => {
    expect(await commandsOf()).toEqual(
      'bootstrap add-node add-disk replace-disk remove-disk teardown operations show watch approve reject abort retry skip pause resume devices status schedules version report completion'.split(
        ' ',
      ),
    );
  });

  it('gives each command one example with long flags that the program itself can parse', async () => {
    for (const name of await commandsOf()) {
      const { out } = await runCommand([name, '--help']);
      const examples = [...out.matchAll(/^ {2}(cephflow .*)$/gm)].map(([, line = '']) => line);
      expect(examples).toHaveLength(1);
      const words = [...(examples[0] ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word ?? '',
      );
      expect(words.filter((word) => /^-[^-]/.test(word))).toEqual([]);
      expect(parsedBy(words.slice(1))).toEqual([name]);
    }
  });

  it('summarises each command in sentence case without a full stop', async () => {
    const program = buildProgram(() => () => Promise.resolve(), {
      out: () => undefined,
      err: () => undefined,
    } as never);
    for (const summary of program.commands.map((command) => command.summary()))
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
  });

  it('lists every exit code', async () => {
    const { out } = await runCommand(['--help']);
    for (const code of Object.values(EXIT)) expect(out).toMatch(new RegExp(`\\b${code} [a-z]`));
  });
});

describe('usage', () => {
  it.each([
    [['shwo', 'x'], /unknown command 'shwo'[^]*show/],
    [['show'], /missing required argument/],
    [['status', 'rook-ceph', '-o', 'xml'], /Allowed choices are table, wide, json, yaml/],
    [['watch', 'x', '--timeout', 'soon'], /Write a duration like/],
    [['retry', 'x', '--step', 's', '--attempt', '0'], /Attempts count from 1/],
    [['status'], /No cluster is named/],
    [['status', 'rook-ceph', '-n', 'other'], /Two clusters are named/],
    [['status', 'Rook_Ceph'], /is not the name of a Kubernetes namespace/],
  ])('%j exits with 2 and says what is wrong on standard error', async (argv, text) => {
    const run = await runCommand(argv);
    expect([run.exitCode, run.out]).toEqual([2, '']);
    expect(run.err).toMatch(text);
  });

  it('takes global flags before and after the command', async () => {
    expect((await runCommand(['-o', 'json', 'operations'])).out).toBe('[]\n');
    expect((await runCommand(['operations', '-o', 'json'])).out).toBe('[]\n');
  });
});
