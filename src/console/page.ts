import type { OperationState } from '../contract/state.ts';
import { findingLine, gravestFirst } from './finding-lines.ts';
import { explanation, headline } from './headline.ts';
import { offersFor, parkedSteps, type Offer } from './instructions.ts';
import { isAsked, pageRows, type PageRow } from './page-rows.ts';
import { lossesOf, shownHash } from './plan.ts';
import { clockTime, progressOf } from './steps.ts';
import { andMore, byteLength, fenced, oneLine, prose } from './text.ts';

/** The Temporal UI passes the page through a URL, so it must stay small. */
export const PAGE_LIMIT_BYTES = 3072;

/** Kept free for the table, so that findings never push all steps off the page. */
const TABLE_SHARE_BYTES = 600;
const SENTENCE_BYTES = 300;
const SHORT_BYTES = 160;
const FINDINGS_SHOWN = 3;
const LOSSES_SHOWN = 3;

/**
 * The console page of an operation: Markdown of at most 3 KB with what is happening, what a person must do, the steps, and what was
 * found. When it grows too long, rows of the table go first (what is done before what is to come, what is parked last), then
 * findings and refused messages; never the instructions. Pure: same state, same text. The UI keeps single line breaks and leaves two
 * empty lines between blocks, so there are as few blocks as possible.
 */
export function renderPage(state: OperationState): string {
  const head = [title(state), instructions(state)].join('\n\n');
  const afterHead = PAGE_LIMIT_BYTES - byteLength(head);
  const notes = fitNotes([...losses(state), ...findings(state), ...refusals(state)], afterHead - TABLE_SHARE_BYTES);
  const table = fitTable(state, afterHead - byteLength(notes));
  return [head, table, notes].filter((part) => part !== '').join('');
}

function title(state: OperationState): string {
  const target = state.target === '' || state.target === state.cluster ? '' : `, ${prose(state.target, 100)}`;
  const name = `**${prose(state.operation, 60)} of ${prose(state.cluster, 80)}${target}** ${headline(state)}`;
  const why = prose(isAsked(state) ? (state.plan?.summary ?? '') : explanation(state), SENTENCE_BYTES);
  const hosts = state.steps
    .filter((step) => step.status === 'waiting-for-host' && step.startedAt !== undefined)
    .slice(0, 2)
    .map((step) => `Waiting in \`${step.id}\` since ${clockTime(step.startedAt ?? '')}.`);
  return [name, why, ...hosts].filter((line) => line !== '').join('\n');
}

/** All parked steps that are named here have their JSON; one is always there, more only as long as the head stays small. */
function instructions(state: OperationState): string {
  const offers = offersFor(state);
  if (offers.length === 0) return '**What you must do**: nothing.';
  const stepOffers = offers.filter((offer) => 'step' in offer.payload);
  const others = offers.filter((offer) => !('step' in offer.payload));
  const hidden = andMore(stepOffers.length, 2);
  return [
    '**What you must do**',
    ...stepOffers.slice(0, 2).flatMap((offer) => [stepReason(state, offer), describeOffer(offer)]),
    ...(hidden === '' ? [] : [`${hidden} parked steps, see the table; the payload is alike.`]),
    ...others.map(describeOffer),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function stepReason(state: OperationState, offer: Offer): string {
  const step = parkedSteps(state).find((candidate) => candidate.id === offer.payload.step);
  const because = step?.because ?? '';
  // The first parked step's reason is usually the explanation already printed above.
  return because === '' || because === explanation(state) ? '' : prose(because, SHORT_BYTES);
}

function describeOffer(offer: Offer): string {
  const names = offer.messages.map((name) => `\`${name}\``).join(' or ');
  return `Send the signal ${names} ${offer.purpose}:\n${fenced([JSON.stringify(offer.payload)], 'json')}`;
}

/** Only while the plan is asked: what a person gives up by approving it. */
function losses(state: OperationState): string[] {
  const all = isAsked(state) && state.plan !== undefined ? lossesOf(state.plan) : [];
  if (all.length === 0) return [];
  const more = andMore(all.length, LOSSES_SHOWN);
  const lines = all.slice(0, LOSSES_SHOWN).map((loss) => `- ${prose(loss, SHORT_BYTES)}`);
  return ['\n\n**Will be lost**\n', ...lines, ...(more === '' ? [] : [`- ${more}`])];
}

function findings(state: OperationState): string[] {
  const all = gravestFirst(state.findings);
  if (all.length === 0) return [];
  const lines = all.slice(0, FINDINGS_SHOWN).map((finding) => `- ${prose(findingLine(finding, 240), 260)}`);
  const more = andMore(all.length, FINDINGS_SHOWN);
  return ['\n\n**Findings**\n', ...lines, ...(more === '' ? [] : [`- ${more}`])];
}

const refusals = (state: OperationState): string[] =>
  state.refusedMessages.length === 0
    ? []
    : [
        '\n\n**Messages that changed nothing**\n',
        ...state.refusedMessages.slice(-5).map((message) => `- ${prose(message, SHORT_BYTES)}`),
      ];

/** Whole lines only, as many as fit. */
function fitNotes(lines: readonly string[], roomBytes: number): string {
  let text = '';
  for (const line of lines) {
    const longer = line.startsWith('\n') ? `${text}${line}` : `${text}\n${line}`;
    if (byteLength(longer) > roomBytes) break;
    text = longer;
  }
  return text.endsWith('**\n') ? text.slice(0, text.lastIndexOf('\n\n')) : text;
}

function fitTable(state: OperationState, roomBytes: number): string {
  const { header, rows } = pageRows(state);
  if (rows.length === 0) return '';
  const frame = byteLength(tableOf(state, header, [], rows.length));
  const gone = rowsToCut(rows, roomBytes - frame);
  if (gone.size === rows.length) return '';
  const kept = rows.filter((_, index) => !gone.has(index)).map((row) => row.text);
  return tableOf(state, header, kept, gone.size);
}

function tableOf(state: OperationState, header: string, rows: readonly string[], cut: number): string {
  const hint = cut === 0 ? [] : [`(${cut} lines not shown here: cephflow show ${oneLine(state.workflowId, 80)})`];
  const { plan } = state;
  const heading =
    isAsked(state) && plan !== undefined
      ? `**Steps of the plan** \`${shownHash(plan)}\``
      : `**Steps**: ${progressOf(state)}`;
  return `\n\n${heading}\n${fenced([header, ...rows, ...hint])}`;
}

/** What goes first: the lowest worth, and of equals the last. */
function rowsToCut(rows: readonly PageRow[], roomBytes: number): Set<number> {
  const sizes = rows.map((row) => byteLength(row.text) + 1);
  const order = rows.map((_, index) => index);
  order.sort((a, b) => (rows[a]?.worth ?? 0) - (rows[b]?.worth ?? 0) || b - a);
  let total = sizes.reduce((sum, size) => sum + size, 0);
  const gone = new Set<number>();
  for (const index of order) {
    if (total <= roomBytes) break;
    total -= sizes[index] ?? 0;
    gone.add(index);
  }
  return gone;
}
