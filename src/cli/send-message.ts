import { MESSAGES, type Message, type MessageName } from '../contract/messages.ts';
import { CommandError, usageError } from './command-error.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exitCodeOfCode } from './failure-report.ts';
import { printReport } from './output.ts';

/** `kept`: sent as a signal, which Temporal keeps until a worker is there; what comes of it is not known yet. */
export type Delivery = { kind: 'answered'; sentence: string } | { kind: 'kept'; sentence: string };

/**
 * Sends a message to a running operation: as an update, which answers; where no worker answers in time as a signal.
 * @throws CommandError with the operation's own sentence where it refuses
 */
export async function deliverMessage<Name extends MessageName>(
  context: CommandContext,
  id: string,
  name: Name,
  payload: Message<Name>,
): Promise<Delivery> {
  requireValid(name, payload);
  const temporal = await context.temporal();
  const answer = await temporal.update(id, name, payload);
  if (answer.kind === 'refused') throw new CommandError(refusalCode(answer.code), answer.sentence);
  if (answer.kind === 'accepted') return { kind: 'answered', sentence: answer.sentence };
  await temporal.signal(id, name, payload);
  const sentence = `No worker answered, so ${name} was sent as a signal, which Temporal keeps. See what came of it with: cephflow show ${id}`;
  return { kind: 'kept', sentence };
}

/** The whole of a command that sends one message. */
export async function sendMessage<Name extends MessageName>(
  context: CommandContext,
  id: string,
  name: Name,
  payload: Message<Name>,
): Promise<ExitCode> {
  const { kind, sentence } = await deliverMessage(context, id, name, payload);
  if (kind === 'kept') {
    context.io.err(sentence);
    return EXIT.goesOn;
  }
  printReport(context, { id, message: name, answer: sentence }, () => [sentence]);
  return EXIT.done;
}

function requireValid(name: MessageName, payload: unknown): void {
  const { error } = MESSAGES[name].safeParse(payload);
  if (error === undefined) return;
  const problems = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ');
  throw usageError(`The message ${name} cannot be sent (${problems}); correct that and send it again.`);
}

/** What the operation does not take is refused, whatever the reason; only a wrong payload is the sender's own slip. */
const refusalCode = (code: string | undefined): ExitCode =>
  exitCodeOfCode(code) === EXIT.usage ? EXIT.usage : EXIT.refused;
