import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CephflowError } from '../../src/errors.ts';
import { type ParsedCluster, parseCephCluster } from '../../src/spec/parse.ts';

export const FULL_CLUSTER = readFileSync(join(import.meta.dirname, 'full-cluster.yaml'), 'utf8');

export const aDocument = (spec: object = {}) => ({
  apiVersion: 'ceph.rook.io/v1',
  kind: 'CephCluster',
  metadata: { name: 'rook-ceph', namespace: 'rook-ceph' },
  spec: { cephVersion: { image: 'registry.example/ceph:v20' }, dataDirHostPath: '/var/lib/rook', ...spec },
});

export const parsed = (spec: object = {}): ParsedCluster => parseCephCluster({ value: aDocument(spec) });

/** The refusal of a document, which must come. */
export const refusalOf = (parse: () => unknown): CephflowError => {
  try {
    parse();
  } catch (error) {
    if (error instanceof CephflowError && error.code === 'INVALID_DOCUMENT') return error;
    throw error;
  }
  throw new Error('the document was taken');
};

/** The lines of the refusal, one a problem. */
export const problemsWith = (spec: object): string[] =>
  (refusalOf(() => parsed(spec)).details.findings ?? []).map(({ because }) => because);
