import type { Applied, WriteStatusInput } from '../../src/contract/bootstrap-activities.ts';
import { writeDocumentStatus } from '../operations/document-status.ts';
import type { OpsDeps } from '../ops-deps.ts';

/** Shows in the document how the cluster is. Without a document: nothing. */
export const writeStatus = ({ kubernetes }: OpsDeps, { cluster, ...status }: WriteStatusInput): Promise<Applied> =>
  writeDocumentStatus(kubernetes, cluster, status);
