import type { HealthResult } from '../contract/check-health.ts';
import { findingLine } from './finding-lines.ts';
import { andMore, prose } from './text.ts';

const LINE_BYTES = 300;
const SHOWN = 6;

/** The page of a health run in the Temporal UI: at most 3 KB, also where much is wrong. Pure. */
export function renderHealth({ summary, findings, changes }: HealthResult): string {
  return [
    `**${prose(summary, LINE_BYTES)}**`,
    ...list(
      'What to look at',
      findings.map((finding) => findingLine(finding, LINE_BYTES)),
    ),
    ...list('What changed', changes),
  ].join('\n\n');
}

function list(title: string, lines: string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, SHOWN).map((line) => `- ${prose(line, LINE_BYTES - 90)}`);
  const more = andMore(lines.length, SHOWN);
  return [`**${title}**`, [...shown, ...(more === '' ? [] : [`- ${more}`])].join('\n')];
}
