import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { text as readAll } from 'node:stream/consumers';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted, usageError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { programName } from './program-name.ts';

/** The terminal, files and signals of this process. */
export function processIo(): Io {
  endQuietlyWhenUnread();
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    screen: screenSize,
    ask,
    readInput,
    writeOutput,
    now: Date.now,
    sleep,
    onInterrupt,
    programName: programName(process.argv[1] ?? ''),
    user: userName(),
    environment: process.env,
  };
}

/**
 * A reader that has seen enough (`| head -1`) ends the command, as any program of a pipeline ends; what it follows goes on. Talk that nobody
 * reads any more is no reason to end, data may still be wanted.
 */
function endQuietlyWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.outputClosed);
    throw error;
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function screenSize(): { rows: number; columns: number } | undefined {
  const { isTTY, rows, columns } = process.stderr;
  return isTTY && process.env['TERM'] !== 'dumb' ? { rows, columns } : undefined;
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  lines.on('SIGINT', interrupt);
  // Ctrl-C pressed just before the question comes as a signal, and would leave a question open that nobody waits for.
  process.on('SIGINT', interrupt);
  // End of input is no answer: without this the question would be waited for for ever.
  lines.on('close', interrupt);
  try {
    return await lines.question(question, { signal: interrupted.signal });
  } catch (cause) {
    throw new Interrupted('interrupted', { cause });
  } finally {
    process.off('SIGINT', interrupt);
    lines.close();
  }
}

async function readInput(file: string): Promise<string> {
  if (file === '-') return await readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw usageError(
      `The document ${file} could not be read (${reason}); name a file that exists, or - for standard input.`,
    );
  }
}

async function writeOutput(file: string, content: Uint8Array): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw usageError(
      `The file ${file} could not be made (${reason}); name one that does not exist yet, in a directory that does.`,
    );
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  // Aborting is how the sleep is told to end early; nothing else can reject here.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

function onInterrupt(handler: () => void): () => void {
  process.on('SIGINT', handler);
  return () => void process.off('SIGINT', handler);
}

/** A container's numeric user has no name, which makes userInfo throw. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}
