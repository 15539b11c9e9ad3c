import type { Command } from 'commander';
import { openContext, type CommandContext, type Connections } from '../context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../options.ts';
import { LIVE_NAMES } from './live-names.ts';
import { wantedAt, type Candidate, type Wanted } from './wanted.ts';

/** A shell that waits longer for a list feels broken. */
const LIVE_WITHIN_MILLISECONDS = 900;

/** Last line of an answer, in the form that kubectl understands too (cobra): whether file names are wanted instead. */
const FILES = ':0';
const NO_FILES = ':4';

/**
 * Prints what the last of the words can become, a line each with its meaning behind a tab. What cannot be found out in time is left out
 * without a word, because a shell would print it into the line that is being typed.
 */
export async function answerCompletion(
  words: readonly string[],
  program: Command,
  io: Io,
  connections: Connections,
): Promise<void> {
  const wanted = wantedAt(program, words);
  const current = (words.at(-1) ?? '').slice(wanted.prefix.length);
  const candidates = await candidatesOf(wanted, io, connections);
  const lines = candidates
    .filter(({ word }) => word.startsWith(current))
    .map(({ word, about = '' }) => `${wanted.prefix}${word}${about === '' ? '' : `\t${about}`}`);
  io.out([...lines, wanted.kind === 'files' ? FILES : NO_FILES].join('\n'));
}

async function candidatesOf(wanted: Wanted, io: Io, connections: Connections): Promise<Candidate[]> {
  if (wanted.kind === 'words') return wanted.candidates;
  if (wanted.kind !== 'live') return [];
  const options: GlobalOptions = { ...wanted.typed.values, output: 'table', color: 'never' };
  // Never closed: a connection that is not there yet would be waited for, and the process ends with the answer.
  const context: CommandContext = openContext(io, options, connections);
  return await inTime(io, () => LIVE_NAMES[wanted.of](context, wanted.typed));
}

async function inTime(io: Io, ask: () => Promise<Candidate[]>): Promise<Candidate[]> {
  const answered = new AbortController();
  const none = (): Candidate[] => [];
  try {
    return await Promise.race([ask().catch(none), io.sleep(LIVE_WITHIN_MILLISECONDS, answered.signal).then(none)]);
  } finally {
    answered.abort();
  }
}
