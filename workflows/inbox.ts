import { defineSignal, defineUpdate, setHandler, ApplicationFailure } from '@temporalio/workflow';
import { MESSAGE_HELP, MESSAGES, type Message, type MessageName } from '../src/contract/messages.ts';

/** What happens with a message: `problem` says why it cannot be honoured now (pure), `obey` does it and answers a sentence. */
export interface MessageRule<Name extends MessageName> {
  problem: (message: Message<Name>) => string | undefined;
  obey: (message: Message<Name>) => string;
}

export type MessageRules = { [Name in MessageName]: MessageRule<Name> };

/**
 * Takes each message as signal (works in the UI even while no worker runs) and as update of the same name (validated, answers).
 * A message that cannot be honoured changes nothing: the update is rejected, the signal is handed to `refused` with the reason.
 */
export function openInbox(rules: MessageRules, refused: (sentence: string) => void): void {
  for (const name of Object.keys(MESSAGES) as MessageName[])
    listen(name, rules[name] as MessageRule<MessageName>, refused);
}

function listen<Name extends MessageName>(
  name: Name,
  rule: MessageRule<Name>,
  refused: (sentence: string) => void,
): void {
  const options = { description: MESSAGE_HELP[name] };
  const judge = (payload: unknown): { message: Message<Name> } | { problem: string } => {
    const parsed = MESSAGES[name].safeParse(payload);
    if (!parsed.success) return { problem: `${name} was not understood. ${MESSAGE_HELP[name]}` };
    const message = parsed.data as Message<Name>;
    const problem = rule.problem(message);
    return problem === undefined ? { message } : { problem };
  };
  setHandler(
    defineSignal<[unknown]>(name),
    (payload) => {
      const judged = judge(payload);
      if ('problem' in judged) refused(judged.problem);
      else rule.obey(judged.message);
    },
    options,
  );
  setHandler(
    defineUpdate<string, [unknown]>(name),
    (payload) => {
      const judged = judge(payload);
      if ('problem' in judged) throw refusal(judged.problem);
      return rule.obey(judged.message);
    },
    {
      ...options,
      validator: (payload) => {
        const judged = judge(payload);
        if ('problem' in judged) throw refusal(judged.problem);
      },
    },
  );
}

const refusal = (sentence: string): ApplicationFailure => ApplicationFailure.nonRetryable(sentence, 'MESSAGE_REFUSED');
