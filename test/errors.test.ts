import { describe, expect, it } from 'vitest';
import { DISK_REASONS } from '../src/contract/disk.ts';
import type { OperationContract } from '../src/contract/operation.ts';
import { OPERATIONS } from '../src/contract/operations.ts';
import { CephflowError, ERRORS, failure, type ErrorCode } from '../src/errors.ts';
import { sourceFiles, textOf } from './import-statements.ts';

const page = textOf('docs/errors.md');
const codes = Object.keys(ERRORS) as ErrorCode[];

/** Rows of the table below a heading: cells without markup. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replaceAll('\\', '')),
    );
}

const nameOf = ([first = '']: string[]): string => first.replaceAll('`', '');
const namesBelow = (heading: string): string[] => rowsBelow(heading).map(nameOf);

/** Codes that findings are made with; a choice between two counts as both. */
const usedByFindings = [
  ...new Set(
    sourceFiles('src/domain', 'src/spec', 'src/ceph', 'src/kubernetes', 'activities', 'workflows').flatMap((file) =>
      [...textOf(file).matchAll(/\bcode: [^\n]*/g)].flatMap(([line]) =>
        [...line.matchAll(/'([A-Z][A-Z0-9_]{3,})'/g)].map(([, code = '']) => code),
      ),
    ),
  ),
].toSorted();

describe('docs/errors.md', () => {
  it('has a row for every error, and for nothing else', () => {
    expect(namesBelow('Errors')).toEqual(codes);
  });

  it('says the same class and the same next action as the error itself', () => {
    const said = rowsBelow('Errors').map((cells) => [nameOf(cells), cells[1], cells[3]]);
    expect(said).toEqual(codes.map((code) => [code, ERRORS[code].class, ERRORS[code].next]));
  });

  it('has a row for every finding that is no error, and for nothing else', () => {
    const others = usedByFindings.filter((code) => !(code in ERRORS));
    expect(namesBelow('Findings').toSorted()).toEqual(others);
    expect(others).toContain('FIELD_REFUSED');
  });

  it('marks as never waived exactly what no operation lets be waived', () => {
    const contracts = OPERATIONS as readonly OperationContract<unknown>[];
    const marked = rowsBelow('Findings').filter(([, severity = '']) => severity.includes('never waived'));
    const errors = new Set<string>(codes);
    const never = new Set(contracts.flatMap(({ unwaivable }) => unwaivable).filter((code) => !errors.has(code)));
    expect(marked.map(nameOf).toSorted()).toEqual([...never].toSorted());
  });

  it('explains every reason of the device table', () => {
    expect(namesBelow('Disk reasons')).toEqual([...DISK_REASONS]);
  });
});

describe('an error', () => {
  it('says what happened and what to do next, in one message', () => {
    const error = failure('OSD_NOT_UP', 'osd.3 of n1 did not come up within 120 s');
    expect(error.message).toBe(`osd.3 of n1 did not come up within 120 s. ${ERRORS.OSD_NOT_UP.next}`);
    expect(error).toMatchObject({ name: 'CephflowError', code: 'OSD_NOT_UP', class: 'NotVerified' });
  });

  it('keeps its cause and details', () => {
    const cause = new Error('exit 1');
    const error = failure('COMMAND_FAILED', 'ceph status failed', { cause, output: 'last line' });
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ output: 'last line' });
  });

  it('is not repeated where only a person can help', () => {
    const retried = codes.filter((code) => new CephflowError(code, 'x').retryable);
    const classes = new Set(retried.map((code) => ERRORS[code].class));
    expect([...classes].toSorted()).toEqual(['Conflict', 'Unavailable']);
    expect(retried).not.toContain('DISK_CHANGED');
  });

  it('ends every next action as a sentence', () => {
    expect(codes.filter((code) => !/^[A-Z].*\.$/.test(ERRORS[code].next))).toEqual([]);
  });
});
