import { reportFailure } from '../failure-report.ts';
import type { ReportFiles } from './report-files.ts';

/** Runs one part of a report; a failure of it is a sentence in the report, never the end of it. Answers whether it succeeded. */
export async function attempt(files: ReportFiles, what: string, gather: () => Promise<void>): Promise<boolean> {
  try {
    await gather();
    return true;
  } catch (error) {
    files.lacks(
      what,
      reportFailure(error)
        .lines.join(' ')
        .replace(/^Error: (?:this is a bug of cephflow: )?/, ''),
    );
    return false;
  }
}
