import { CancellationScope } from '@temporalio/workflow';
import type { HolderInput, NoteAwaitingInput } from '../src/contract/exclusion.ts';
import type { OperationState } from '../src/contract/state.ts';
import { ops } from './activity-profiles.ts';

type Note = Pick<NoteAwaitingInput, 'awaiting' | 'status'>;

/**
 * Tells register and document what a changing operation waits for: in order, beside the work, and only the newest where the API server
 * is slow. Each note is one activity, so it tells only what has changed. The operation never fails or parks for want of a note.
 */
export class StatusNotes {
  private readonly state: OperationState;
  private readonly holder: HolderInput;
  private readonly failed: (error: unknown) => void;
  private wanted: Note | undefined;
  private written: Note | undefined;
  private writing: Promise<void> | undefined;

  constructor(state: OperationState, holder: HolderInput, failed: (error: unknown) => void) {
    this.state = state;
    this.holder = holder;
    this.failed = failed;
  }

  /** A parked step is a failure that a person has to see. */
  underWay(): void {
    const { awaiting, awaitingBecause } = this.state;
    const phase = awaiting === 'operator' ? 'Failure' : 'Progressing';
    const does = awaiting === 'none' ? 'is under way' : `waits: ${awaitingBecause}`;
    this.tell({ awaiting, status: { phase, message: `${this.name} ${does}` } });
  }

  endedEarly(because: string): void {
    const message = `${this.name} has ended before its time: ${because}`;
    this.tell({ awaiting: 'none', status: { phase: 'Failure', message } });
  }

  /** Ends when all that was told is written, or has failed. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private get name(): string {
    return `${this.state.operation} (${this.state.workflowId})`;
  }

  private tell(note: Note): void {
    if (this.wanted !== undefined && isSame(this.wanted, note)) return;
    this.wanted = note;
    // An abort ends the steps, not the note that tells of them.
    this.writing ??= CancellationScope.nonCancellable(() => this.write());
  }

  private async write(): Promise<void> {
    while (this.wanted !== undefined && this.wanted !== this.written) {
      const note = this.wanted;
      try {
        await ops.noteAwaiting({ ...this.holder, operation: this.state.operation, ...note });
      } catch (error) {
        this.failed(error);
      }
      this.written = note;
    }
    this.writing = undefined;
  }
}

const isSame = (one: Note, other: Note): boolean =>
  one.awaiting === other.awaiting &&
  one.status.phase === other.status.phase &&
  one.status.message === other.status.message;
