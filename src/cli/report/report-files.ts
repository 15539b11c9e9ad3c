import { redact, redactValue } from '../../redact.ts';
import type { TarFile } from './tar.ts';

/** Longest file of a report, and all of them together, before they are packed. */
export const FILE_BYTES = 4 * 1024 * 1024;
export const ALL_BYTES = 64 * 1024 * 1024;

/** Longer names than those of pods and containers do not occur, but an archive takes no longer ones. */
const NAME_CHARACTERS = 90;

/** Collects what goes into a report. Everything that is added passes the redaction and the bounds; what did not come is kept as a sentence. */
export class ReportFiles {
  readonly #files: TarFile[] = [];
  readonly #missing: string[] = [];
  readonly #onMissing: (sentence: string) => void;
  #bytes = 0;

  constructor(onMissing: (sentence: string) => void) {
    this.#onMissing = onMissing;
  }

  get files(): readonly TarFile[] {
    return this.#files;
  }

  get missing(): readonly string[] {
    return this.#missing;
  }

  lacks(what: string, because: string): void {
    const sentence = redact(`${what} is not in the report: ${because}`);
    this.#missing.push(sentence);
    this.#onMissing(sentence);
  }

  /** Of a longer text the end is kept, since that is where it broke. */
  text(path: string[], text: string): void {
    const whole = Buffer.from(`${redact(text).trimEnd()}\n`);
    const cut = whole.subarray(Math.max(0, whole.length - FILE_BYTES));
    if (cut.length < whole.length) this.lacks(`The beginning of ${shown(path)}`, `it is ${whole.length} bytes long`);
    this.#add(path, cut);
  }

  /** A value that is too long is left out as a whole, since half of it could not be read. */
  json(path: string[], value: unknown): void {
    const content = Buffer.from(`${JSON.stringify(redactValue(value), null, 2)}\n`);
    if (content.length > FILE_BYTES) this.lacks(shown(path), `it is ${content.length} bytes long`);
    else this.#add(path, content);
  }

  #add(path: string[], content: Uint8Array): void {
    if (this.#bytes + content.length > ALL_BYTES)
      return this.lacks(shown(path), `the report is at its bound of ${ALL_BYTES} bytes`);
    this.#bytes += content.length;
    this.#files.push({ path: shown(path), content });
  }
}

const shown = (path: readonly string[]): string => path.map(fileName).join('/');

/** Ids have colons and slashes, which not every file system takes. */
const fileName = (text: string): string => text.replace(/[^\w.-]/g, '_').slice(-NAME_CHARACTERS);
