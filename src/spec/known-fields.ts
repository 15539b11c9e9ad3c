import { z } from 'zod';
import { cephClusterSpec } from './ceph-cluster.ts';
import { type FieldPath, writePath } from './field-path.ts';
import { nearest } from './nearest.ts';

/** The part of JSON schema that zod makes of our documents. */
export interface JsonSchema {
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  [keyword: string]: unknown;
}

const SPEC_SCHEMA = z.toJSONSchema(cephClusterSpec, { io: 'input', target: 'openapi-3.0' }) as JsonSchema;

/** The schema of `spec` as JSON schema; everything that has a default is optional. Not to be changed by the caller. */
export const specJsonSchema = (): JsonSchema => SPEC_SCHEMA;

const step = (schema: JsonSchema | undefined, part: string | number): JsonSchema | undefined => {
  if (typeof part === 'number') return schema?.items;
  const named = schema?.properties?.[part];
  if (named) return named;
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
};

const pathsNamed = (schema: JsonSchema, name: string, path: string): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([key, content]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [...(key === name ? [here] : []), ...pathsNamed(content, name, here)];
  });

/**
 * The field that was probably meant by an unknown one: a sibling of a similar name, otherwise fields of the same name elsewhere
 * (a slip of indentation). In words, e.g. `mon.count` or `mon.count or mgr.count`.
 * @param parent path of the object inside `spec`
 */
export const probablyMeant = (parent: FieldPath, unknown: string): string | undefined => {
  const root = specJsonSchema();
  const siblings = Object.keys(parent.reduce(step, root as JsonSchema | undefined)?.properties ?? {});
  const sibling = nearest(unknown, siblings);
  if (sibling !== undefined) return writePath([...parent, sibling]);
  const elsewhere = pathsNamed(root, unknown, '');
  return elsewhere.length === 0 || elsewhere.length > 3 ? undefined : elsewhere.join(' or ');
};
