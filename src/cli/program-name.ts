import { basename } from 'node:path';
import type { Io } from './io.ts';

const PLUGIN = 'kubectl-cephflow';
/** Name under which kubectl (1.26 and newer) asks a plugin for candidates. */
const PLUGIN_COMPLETION = 'kubectl_complete-cephflow';

/** First word of a command line that asks for candidates: what shells and kubectl call back with. */
export const COMPLETE = '__complete';

/** How a person called this program, by the file that was started: kubectl starts its plugins by their file's name. */
export const programName = (startedFile: string): string =>
  [PLUGIN, PLUGIN_COMPLETION].includes(nameOf(startedFile)) ? 'kubectl cephflow' : 'cephflow';

/** The words of the command line; those of kubectl's completion are marked as such. */
export const commandWords = (startedFile: string, words: readonly string[]): string[] =>
  nameOf(startedFile) === PLUGIN_COMPLETION ? [COMPLETE, ...words] : [...words];

const nameOf = (startedFile: string): string => basename(startedFile).replace(/\.(?:js|ts|cmd|exe)$/, '');

/** Sentences set a command line off by a quote, a colon or an indent; "cephflow" as a word of a sentence stays. */
const COMMAND_LINE = /(^|["`]|: | {2})cephflow (?=[a-z[-])/gm;

/** Command lines that a text tells to type, spelled as the person called the program. */
export const asCalled = ({ programName: name }: Pick<Io, 'programName'>, text: string): string =>
  name === 'kubectl cephflow' ? text.replace(COMMAND_LINE, `$1${name} `) : text;
