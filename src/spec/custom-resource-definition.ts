import { stringify } from 'yaml';
import { API_GROUP, KIND } from './ceph-cluster.ts';
import { type JsonSchema, specJsonSchema } from './known-fields.ts';
import { structuralSchema } from './structural-schema.ts';

interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  description?: string;
}

export interface CustomResourceDefinition {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: {
    group: string;
    scope: 'Namespaced';
    names: { kind: string; listKind: string; plural: string; singular: string; shortNames: string[] };
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      subresources: { status: object };
      additionalPrinterColumns: PrinterColumn[];
      schema: { openAPIV3Schema: JsonSchema };
    }[];
  };
}

/** The columns that Rook's users know from `kubectl get cephcluster`. */
const COLUMNS: PrinterColumn[] = [
  {
    name: 'DataDirHostPath',
    type: 'string',
    jsonPath: '.spec.dataDirHostPath',
    description: 'Directory used on the nodes',
  },
  { name: 'MonCount', type: 'string', jsonPath: '.spec.mon.count', description: 'Number of mons' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Message', type: 'string', jsonPath: '.status.message', description: 'Message' },
  { name: 'Health', type: 'string', jsonPath: '.status.ceph.health', description: 'Health of Ceph' },
  { name: 'External', type: 'boolean', jsonPath: '.spec.external.enable' },
  { name: 'FSID', type: 'string', jsonPath: '.status.ceph.fsid', description: 'Identity of the Ceph cluster' },
];

const objectSchema = (): JsonSchema => ({
  description: 'A Ceph cluster, as it is wanted.',
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(specJsonSchema()),
    status: {
      description: 'The state of the cluster, as it was last seen.',
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
});

/** The definitions of our documents, made from the schemas that also parse them. */
export const customResourceDefinitions = (): CustomResourceDefinition[] => [
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `cephclusters.${API_GROUP}` },
    spec: {
      group: API_GROUP,
      scope: 'Namespaced',
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: 'cephclusters',
        singular: 'cephcluster',
        shortNames: ['ceph'],
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: COLUMNS,
          schema: { openAPIV3Schema: objectSchema() },
        },
      ],
    },
  },
];

/** All definitions as one YAML text, as deploy/kubernetes/crds has it. */
export const renderCustomResourceDefinitions = (): string =>
  [
    '# Made by "npm run generate" from src/spec. Do not edit.\n',
    // Without aliases: the API server's clients read each schema on its own.
    ...customResourceDefinitions().map(
      (definition) =>
        `---\n${stringify(definition, { aliasDuplicateObjects: false, singleQuote: true, lineWidth: 0 })}`,
    ),
  ].join('');
