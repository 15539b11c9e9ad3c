import { offersFor, type Offer } from '../console/instructions.ts';
import type { OperationState } from '../contract/state.ts';

/** The commands that send what the operation waits for, ready to paste. Empty where it waits for nobody. */
export const offerCommands = (id: string, state: OperationState): string[] =>
  offersFor(state).flatMap((offer) =>
    offer.messages.map((name) => `  cephflow ${name} ${id}${flagsOf(offer)}   # ${offer.purpose}`),
  );

/** `by` comes from the system's user. */
const flagsOf = ({ payload }: Offer): string =>
  Object.entries(payload)
    .filter(([name]) => name !== 'by')
    .map(([name, value]) => ` --${name} ${quote(String(value))}`)
    .join('');

const quote = (value: string): string => (/^[\w.:/@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
