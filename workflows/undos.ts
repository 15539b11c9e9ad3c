/** What takes back a change that is only meant for the way. */
interface Undo {
  /** Completes "could not ...". */
  name: string;
  undo: () => Promise<unknown>;
  isPointless: () => boolean;
}

/** Undos of an operation: registered before each change, run in every ending, the last one first. */
export class Undos {
  private readonly undos: Undo[] = [];

  add(undo: Undo): void {
    this.undos.push(undo);
  }

  /** @param tryTo runs one, and reports its failure: the next one is run all the same */
  async run(tryTo: (name: string, undo: () => Promise<unknown>) => Promise<void>): Promise<void> {
    for (const { name, undo, isPointless } of this.undos.toReversed()) if (!isPointless()) await tryTo(name, undo);
  }
}
