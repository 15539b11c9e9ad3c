/** Where a command reads and writes. Data goes to `out`, talk to `err`, so that pipes carry data only. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** True where a person sits in front: input and the talk's output are a terminal. */
  readonly interactive: boolean;
  /** Size of the terminal to redraw on; `undefined` where lines are appended instead. */
  screen(): { rows: number; columns: number } | undefined;
  /** One line of answer. Rejects with Interrupted on Ctrl-C. */
  ask(question: string): Promise<string>;
  readInput(file: string): Promise<string>;
  /** Makes a file that only this user may read. Refuses one that exists, with a CommandError. */
  writeOutput(file: string, content: Uint8Array): Promise<void>;
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Calls the handler on Ctrl-C until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
  /** `cephflow`, or `kubectl cephflow` where kubectl started it. */
  readonly programName: string;
  /** Who is recorded as the sender of messages, unless --by says otherwise. */
  readonly user: string;
  readonly environment: Record<string, string | undefined>;
}
