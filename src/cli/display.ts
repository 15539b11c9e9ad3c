import { describeChanges } from '../console/changes.ts';
import { explanation, headline } from '../console/headline.ts';
import { progressOf, renderSteps } from '../console/steps.ts';
import type { OperationState } from '../contract/state.ts';
import type { CommandContext } from './context.ts';
import { offerCommands } from './offer-commands.ts';
import { paint } from './paint.ts';
import { asCalled } from './program-name.ts';

/** Shows how an operation goes on, on the talk's output. */
export interface Display {
  show(state: OperationState): void;
  /** A sentence that is not about the operation itself; shown once while it stays the same. */
  note(sentence: string): void;
  /** What stands there stays; a following `show` starts anew below it. */
  leave(): void;
}

/** Redraws on a terminal, appends a line per change elsewhere. */
export const displayFor = (context: CommandContext, id: string): Display =>
  context.io.screen() === undefined ? appending(context) : redrawing(context, id);

function appending({ io }: CommandContext): Display {
  let before: OperationState | undefined;
  let noted = '';
  return {
    show: (state) => {
      describeChanges(before, state).forEach((line) => io.err(line));
      before = state;
      noted = '';
    },
    note: (sentence) => {
      if (sentence !== noted) io.err(sentence);
      noted = sentence;
    },
    leave: () => undefined,
  };
}

const CURSOR_UP = (lines: number): string => `\u001b[${lines}A`;
const CLEAR_BELOW = '\u001b[0J';

function redrawing(context: CommandContext, id: string): Display {
  let drawn = 0;
  let body: string[] = [];
  const draw = (lines: readonly string[]): void => {
    const { rows, columns } = context.io.screen() ?? { rows: 24, columns: 80 };
    // A wrapped or scrolled-off line could not be taken back, and would be left over at every redraw.
    const fitting = lines.slice(0, Math.max(1, rows - 2)).map((line) => clip(asCalled(context.io, line), columns - 1));
    const back = drawn === 0 ? '' : `${CURSOR_UP(drawn)}\r${CLEAR_BELOW}`;
    context.io.err(`${back}${fitting.join('\n')}`);
    drawn = fitting.length;
  };
  return {
    show: (state) => {
      body = [
        titleLine(context, state),
        explanation(state),
        '',
        ...renderSteps(state.steps),
        ...wantedLines(id, state),
      ];
      draw(body);
    },
    note: (sentence) => draw([...body, sentence]),
    leave: () => {
      drawn = 0;
    },
  };
}

function titleLine(context: CommandContext, state: OperationState): string {
  const name = paint(context, 'bold', `${state.operation} ${state.cluster}`);
  const waits = state.awaiting !== 'none';
  return `${name} ${paint(context, waits ? 'yellow' : 'green', headline(state))}, ${progressOf(state)}`;
}

const wantedLines = (id: string, state: OperationState): string[] => {
  const commands = offerCommands(id, state);
  return commands.length === 0 ? [] : ['', 'What you can do:', ...commands];
};

/** Colours take no room, so a line that carries them is measured without. */
function clip(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex
  const plain = line.replace(/\u001b\[[0-9;]*m/g, '');
  if (Array.from(plain).length <= columns) return line;
  return `${Array.from(plain)
    .slice(0, Math.max(0, columns - 1))
    .join('')}…`;
}
