import type { DiskRow } from '../contract/disk.ts';
import { alignColumns, type Column } from './columns.ts';
import { formatBytes } from './size.ts';

/** `wide` shows identities whole and what was seen for each reason. */
export type TableWidth = 'normal' | 'wide';

const ID_CHARACTERS = 26;

const START: Column<DiskRow>[] = [
  { title: 'NODE', value: (row) => row.node },
  { title: 'PATH', value: (row) => row.path },
];
const MIDDLE: Column<DiskRow>[] = [
  { title: 'SIZE', value: (row) => formatBytes(row.sizeBytes) },
  { title: 'TYPE', value: (row) => (row.rotational ? 'hdd' : 'ssd') },
  { title: 'VERDICT', value: verdictOf },
  { title: 'REASONS', value: (row) => row.reasons.join(',') },
];

/** A line per disk, sorted by node and path. Without rows: no lines, not even a header. */
export function renderDevices(rows: readonly DiskRow[], width: TableWidth = 'normal'): string[] {
  if (rows.length === 0) return [];
  const id: Column<DiskRow> = {
    title: 'ID',
    value: (row) => (row.id === null ? '' : width === 'wide' ? row.id : shortenId(row.id)),
  };
  const remedy: Column<DiskRow> =
    width === 'wide'
      ? { title: 'REMEDY', value: (row) => row.remedy }
      : { title: 'REMEDY', value: (row) => row.remedy, limitBytes: 80 };
  const evidence: Column<DiskRow>[] =
    width === 'wide' ? [{ title: 'EVIDENCE', value: (row) => row.evidence.join('; ') }] : [];
  return alignColumns(inOrder(rows), [...START, id, ...MIDDLE, ...evidence, remedy]);
}

/** By node, then by path, `sdb` before `sdaa`, and the same on every machine whatever its language. */
function inOrder(rows: readonly DiskRow[]): DiskRow[] {
  return rows.toSorted((a, b) => compare(a.node, b.node) || a.path.length - b.path.length || compare(a.path, b.path));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function verdictOf(row: DiskRow): string {
  return row.osdId === undefined ? row.verdict : `${row.verdict} (osd.${row.osdId})`;
}

/** The kind and the end, which is where serial numbers and file names differ: `wwn:…0f3a9c`, `loop:…/n1-disk2.img`. */
function shortenId(id: string): string {
  const characters = Array.from(id);
  if (characters.length <= ID_CHARACTERS) return id;
  const kind = id.slice(0, id.indexOf(':') + 1);
  return `${kind}…${characters.slice(kind.length + 1 - ID_CHARACTERS).join('')}`;
}
