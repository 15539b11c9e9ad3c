import type { Argument, Command, Option } from 'commander';

/** One proposal for the word under the cursor. */
export interface Candidate {
  word: string;
  about?: string;
}

/** Names that only a running system knows. */
export type LiveKind = 'clusters' | 'operations' | 'nodes' | 'steps' | 'attempts';

/** What has been typed before the word under the cursor. */
export interface Typed {
  operands: string[];
  /** Values of options by their name in the program, e.g. `temporalNamespace`. */
  values: Record<string, string>;
}

/** What may stand at the cursor. `prefix` is the part of the word that stays: `--output=`. */
export type Wanted = Asked & { prefix: string; typed: Typed };

type Asked =
  { kind: 'words'; candidates: Candidate[] } | { kind: 'live'; of: LiveKind } | { kind: 'files' } | { kind: 'nothing' };

/** Live names by the name of an operand in usage lines. */
export const OPERANDS: Readonly<Record<string, LiveKind>> = {
  cluster: 'clusters',
  id: 'operations',
  node: 'nodes',
};

/** Live names by the long flag that takes one. */
export const FLAGS: Readonly<Record<string, LiveKind>> = {
  '--namespace': 'clusters',
  '--cluster': 'clusters',
  '--step': 'steps',
  '--attempt': 'attempts',
};

interface Place extends Typed {
  command: Command;
  /** The option whose value comes next. */
  open: Option | undefined;
  onlyOperands: boolean;
}

/** Finds out from the program's own tree of commands what the last of the words can become; no command or option is listed again here. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const current = words.at(-1) ?? '';
  let place: Place = { command: program, operands: [], values: {}, open: undefined, onlyOperands: false };
  for (const word of words.slice(0, -1)) place = after(place, program, word);
  const typed = { operands: place.operands, values: place.values };
  const [flag = '', ...value] = current.split('=');
  const assigned = value.length > 0 && !place.onlyOperands ? optionOf(place, program, flag) : undefined;
  if (assigned !== undefined) return { prefix: `${flag}=`, typed, ...valuesOf(assigned) };
  return { prefix: '', typed, ...askedAt(place, program, current) };
}

function askedAt(place: Place, program: Command, current: string): Asked {
  const { command, open, onlyOperands, operands } = place;
  if (open !== undefined && (open.required || !current.startsWith('-'))) return valuesOf(open);
  if (current.startsWith('-') && !onlyOperands) return words(flagsOf(place, program));
  if (command.commands.length > 0)
    return words(command.commands.map((sub) => ({ word: sub.name(), about: sub.summary() })));
  const { registeredArguments: all } = command;
  const argument = all[operands.length] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
  return argument === undefined ? { kind: 'nothing' } : operandsOf(argument);
}

/** Reads a finished word as commander does. */
function after(place: Place, program: Command, word: string): Place {
  const { command, open, onlyOperands, operands, values } = place;
  const isFlag = !onlyOperands && word.startsWith('-') && word.length > 1;
  if (open !== undefined && (open.required || !isFlag))
    return { ...place, open: undefined, values: { ...values, [open.attributeName()]: word } };
  if (word === '--' && !onlyOperands) return { ...place, open: undefined, onlyOperands: true };
  if (isFlag) {
    const [flag = '', ...value] = word.split('=');
    const option = optionOf(place, program, flag);
    if (option !== undefined && value.length > 0)
      return { ...place, open: undefined, values: { ...values, [option.attributeName()]: value.join('=') } };
    return { ...place, open: option?.required || option?.optional ? option : undefined };
  }
  const sub = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (sub !== undefined && operands.length === 0) return { ...place, open: undefined, command: sub };
  return { ...place, open: undefined, operands: [...operands, word] };
}

const optionsAt = ({ command }: Place, program: Command): Option[] =>
  (command === program ? [program] : [command, program]).flatMap(({ options }) => [...options]);

const optionOf = (place: Place, program: Command, flag: string): Option | undefined =>
  optionsAt(place, program).find(({ short, long }) => flag === short || flag === long);

const HELP: Candidate = { word: '--help', about: 'display help for command' };

/** Long flags that are not given yet. */
const flagsOf = (place: Place, program: Command): Candidate[] => [
  ...optionsAt(place, program)
    .filter((option) => !option.hidden && place.values[option.attributeName()] === undefined)
    .flatMap(({ long, description }) => (typeof long === 'string' ? [{ word: long, about: description }] : [])),
  HELP,
];

function valuesOf({ argChoices, flags, long }: Option): Asked {
  if (argChoices !== undefined) return words(argChoices.map((word) => ({ word })));
  const of = FLAGS[long ?? ''];
  if (of !== undefined) return { kind: 'live', of };
  return flags.includes('<file>') ? { kind: 'files' } : { kind: 'nothing' };
}

function operandsOf(argument: Argument): Asked {
  if (argument.argChoices !== undefined) return words(argument.argChoices.map((word) => ({ word })));
  const of = OPERANDS[argument.name()];
  return of === undefined ? { kind: 'nothing' } : { kind: 'live', of };
}

const words = (candidates: Candidate[]): Asked => ({ kind: 'words', candidates });
