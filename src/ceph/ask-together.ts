import type { z } from 'zod';
import { failure } from '../errors.ts';
import { parseAnswer, runCeph } from './ceph.ts';
import type { CephSession } from './session.ts';

export interface Question<T> {
  /** Words of the command, which must not take input. */
  words: string;
  schema: z.ZodType<T>;
}

type Answers<Questions extends readonly Question<unknown>[]> = {
  [Index in keyof Questions]: Questions[Index] extends Question<infer T> ? T : never;
};

/**
 * Asks several things with one `ceph` process, which reads its commands from standard input: most of the CPU second that a process costs is
 * its start. Each answer is one line of JSON; what Ceph refuses is left out with rc 0, so that the answers are counted.
 */
export async function askTogether<const Questions extends readonly Question<unknown>[]>(
  session: CephSession,
  questions: Questions,
  timeoutSeconds: number,
): Promise<Answers<Questions>> {
  const input = questions.map(({ words }) => `${words}\n`).join('');
  const { stdout, stderr } = await runCeph(session, [], { input, timeoutSeconds });
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length !== questions.length)
    throw failure('COMMAND_FAILED', `Ceph answered ${lines.length} of ${questions.length} questions`, {
      output: stderr,
    });
  return questions.map(({ words, schema }, index) =>
    parseAnswer(`ceph ${words}`, Buffer.from(lines[index] ?? ''), schema),
  ) as Answers<Questions>;
}
