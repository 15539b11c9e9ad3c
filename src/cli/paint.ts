import { styleText } from 'node:util';
import type { CommandContext } from './context.ts';

type Style = 'red' | 'green' | 'yellow' | 'bold';

/** Colours talk where a person reads it; NO_COLOR and --color decide. Data on standard output is never coloured. */
export function paint({ io, options }: CommandContext, style: Style, text: string): string {
  return isColored(io, options) ? styleText(style, text, { validateStream: false }) : text;
}

function isColored(io: CommandContext['io'], { color }: CommandContext['options']): boolean {
  if (color !== 'auto') return color === 'always';
  return io.screen() !== undefined && (io.environment['NO_COLOR'] ?? '') === '';
}
