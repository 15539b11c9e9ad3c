/** What a person may send to a running operation: each name is a signal and an update. Payloads are plain JSON typed by hand. */
import { z } from 'zod';

const by = z.string().min(1).describe('your name');
const reason = z.string().min(1).optional();
const step = z.object({ step: z.string().min(1), attempt: z.int().min(1), by, reason });

export const MESSAGES = {
  approve: z.object({ plan: z.string().min(8), by, note: z.string().optional(), cluster: z.string().optional() }),
  reject: z.object({ by, reason: z.string().min(1) }),
  retry: step,
  skip: step,
  abort: z.object({ by, reason: z.string().min(1) }),
  pause: z.object({ by }),
  resume: z.object({ by }),
} as const;

export type MessageName = keyof typeof MESSAGES;
export type Message<Name extends MessageName> = z.infer<(typeof MESSAGES)[Name]>;

/** One line per message for the Temporal UI, with a payload to copy. */
export const MESSAGE_HELP: Record<MessageName, string> = {
  approve:
    'Go on with exactly the plan that is asked: {"plan":"<hash>","by":"<name>"}; teardown also needs "cluster":"<namespace>"',
  reject: 'End without a change: {"by":"<name>","reason":"..."}',
  retry: 'Try the parked step again: {"step":"<id>","attempt":<n>,"by":"<name>"}',
  skip: 'Go on without the parked step, where it allows that: {"step":"<id>","attempt":<n>,"by":"<name>","reason":"..."}',
  abort: 'Undo what is reversible, then end: {"by":"<name>","reason":"..."}',
  pause: 'Stop before the next step: {"by":"<name>"}',
  resume: 'Go on after a pause: {"by":"<name>"}',
};
