import { oneLine } from './text.ts';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string;
  /** Longer values are cut with an ellipsis, in bytes; nothing is cut without it. */
  limitBytes?: number;
}

const GAP = 3;
const WHOLE = Number.POSITIVE_INFINITY;

/** Lines of a table as kubectl prints it: header, then a line per row; an empty value is `-`. No trailing blanks. */
export function alignColumns<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const table = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => cell(column, row))),
  ];
  const widths = columns.map((_, index) => Math.max(...table.map((cells) => widthOf(cells[index] ?? ''))));
  return table.map((cells) =>
    cells
      .map((value, index) => value + ' '.repeat((widths[index] ?? 0) - widthOf(value) + GAP))
      .join('')
      .trimEnd(),
  );
}

function cell<Row>(column: Column<Row>, row: Row): string {
  const value = oneLine(column.value(row), column.limitBytes ?? WHOLE);
  return value === '' ? '-' : value;
}

const widthOf = (text: string): number => Array.from(text).length;
