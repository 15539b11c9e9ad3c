import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  customResourceDefinitions,
  renderCustomResourceDefinitions,
} from '../../src/spec/custom-resource-definition.ts';
import type { JsonSchema } from '../../src/spec/known-fields.ts';

const CRDS = join(import.meta.dirname, '../../deploy/kubernetes/crds');
const ALLOWED = [
  'type',
  'description',
  'properties',
  'required',
  'items',
  'additionalProperties',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'minItems',
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
];

const [definition] = customResourceDefinitions();
const version = definition?.spec.versions[0];
const root = version?.schema.openAPIV3Schema as JsonSchema;

interface Located {
  path: string;
  schema: JsonSchema;
}

const all = (schema: JsonSchema, path: string): Located[] => [
  { path, schema },
  ...Object.entries(schema.properties ?? {}).flatMap(([name, content]) => all(content, `${path}.${name}`)),
  ...(schema.items ? all(schema.items, `${path}[]`) : []),
  ...(typeof schema.additionalProperties === 'object' ? all(schema.additionalProperties, `${path}.*`) : []),
];

const breaking = (rule: (schema: JsonSchema) => boolean): string[] =>
  all(root, '')
    .filter(({ schema }) => !rule(schema))
    .map(({ path }) => path);

describe('the definition of CephCluster', () => {
  it('uses only what a structural schema may have', () => {
    expect(breaking((schema) => Object.keys(schema).every((keyword) => ALLOWED.includes(keyword)))).toEqual([]);
  });

  it('has a type everywhere except where a number or text may stand', () => {
    expect(
      breaking((schema) =>
        schema['x-kubernetes-int-or-string'] ? schema.type === undefined : schema.type !== undefined,
      ),
    ).toEqual([]);
  });

  it('never has fields and free keys at the same place', () => {
    expect(breaking((schema) => !(schema.properties && schema.additionalProperties))).toEqual([]);
    expect(breaking((schema) => typeof schema.additionalProperties !== 'boolean')).toEqual([]);
  });

  it('gives every list its items and every object its content', () => {
    expect(breaking((schema) => schema.type !== 'array' || schema.items !== undefined)).toEqual([]);
    const isOpen = (schema: JsonSchema) =>
      schema.properties ?? schema.additionalProperties ?? schema['x-kubernetes-preserve-unknown-fields'];
    expect(
      all(root, '').filter(({ path, schema }) => path !== '.metadata' && schema.type === 'object' && !isOpen(schema)),
    ).toEqual([]);
  });

  it('preserves unknown fields in spec and status', () => {
    expect(root.properties?.['spec']?.['x-kubernetes-preserve-unknown-fields']).toBe(true);
    expect(root.properties?.['status']).toMatchObject({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  });

  it('has no defaults, which would be written into the documents of users', () => {
    expect(breaking((schema) => !('default' in schema))).toEqual([]);
    expect(root.properties?.['spec']?.properties?.['mon']?.properties?.['count']).toMatchObject({
      type: 'integer',
      description: 'Number of mons, odd, 1 to 9. Default: 3.',
    });
  });

  it('describes every field', () => {
    const spec = all(root.properties?.['spec'] as JsonSchema, 'spec');
    const named = spec.filter(({ path }) => !/(\[\]|\.\*)$/.test(path));
    expect(named.filter(({ schema }) => !schema.description).map(({ path }) => path)).toEqual([]);
  });

  it('lets a field stand without a value, as Rook does', () => {
    const spec = root.properties?.['spec']?.properties ?? {};
    expect(spec['placement']).toMatchObject({ nullable: true });
    expect(spec['storage']?.properties?.['nodes']).toMatchObject({ nullable: true });
    const provider = spec['network']?.properties?.['provider'];
    expect(provider).toEqual(expect.not.objectContaining({ nullable: true }));
  });

  it('takes amounts as text or number', () => {
    const mon = root.properties?.['spec']?.properties?.['resources']?.additionalProperties as JsonSchema;
    expect(mon.properties?.['limits']?.additionalProperties).toMatchObject({ 'x-kubernetes-int-or-string': true });
  });

  it("has Rook's names, columns and the status subresource", () => {
    expect(definition?.metadata.name).toBe('cephclusters.ceph.rook.io');
    expect(definition?.spec.names).toMatchObject({ kind: 'CephCluster', plural: 'cephclusters', shortNames: ['ceph'] });
    expect(version?.subresources).toEqual({ status: {} });
    expect(version?.additionalPrinterColumns.map(({ name }) => name)).toEqual([
      'DataDirHostPath',
      'MonCount',
      'Age',
      'Phase',
      'Message',
      'Health',
      'External',
      'FSID',
    ]);
  });

  it('stays small enough for kubectl apply, which keeps it in an annotation of at most 256 KiB', () => {
    expect(JSON.stringify(definition).length).toBeLessThan(200 * 1024);
  });

  it('is what deploy/kubernetes/crds holds; after a change run "npm run generate"', () => {
    const stored = readdirSync(CRDS)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => readFileSync(join(CRDS, name), 'utf8'));
    expect(stored.join('')).toBe(renderCustomResourceDefinitions());
    const documents = parseAllDocuments(stored.join(''));
    expect('empty' in documents ? [] : documents.map((document) => document.toJS())).toEqual(
      customResourceDefinitions(),
    );
  });
});
