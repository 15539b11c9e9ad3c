import { stringify } from 'yaml';
import type { CommandContext } from './context.ts';
import { asCalled } from './program-name.ts';

/**
 * Prints one report: JSON or YAML of the value, or the lines made for people. One value per command, so that scripts and people are
 * told the same.
 */
export function printReport(context: CommandContext, value: unknown, lines: () => readonly string[]): void {
  const text = renderReport(context, value, lines);
  if (text !== '') context.io.out(text);
}

function renderReport({ io, options }: CommandContext, value: unknown, lines: () => readonly string[]): string {
  switch (options.output) {
    case 'json':
      return JSON.stringify(value, null, 2);
    case 'yaml':
      return stringify(value).trimEnd();
    case 'table':
    case 'wide':
      return asCalled(io, lines().join('\n'));
  }
}

export const tableWidth = ({ options }: CommandContext): 'normal' | 'wide' =>
  options.output === 'wide' ? 'wide' : 'normal';
