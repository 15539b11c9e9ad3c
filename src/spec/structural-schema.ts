import type { JsonSchema } from './known-fields.ts';

/** Keywords that a structural schema may carry and that say something to the API server. */
const KEPT = ['type', 'description', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'minItems'];

const isTextOrNumber = ({ anyOf }: JsonSchema): boolean =>
  Array.isArray(anyOf) &&
  anyOf.every((option: JsonSchema) => ['string', 'number', 'integer'].includes(option.type ?? ''));

const described = (schema: JsonSchema): Partial<JsonSchema> => {
  const { description, default: initial } = schema;
  if (!['string', 'number', 'boolean'].includes(typeof initial) || initial === '') return {};
  return {
    description: [description, `Default: ${initial as string | number | boolean}.`]
      .filter((part) => part !== undefined)
      .join(' '),
  };
};

const isSafeIntegerBound = (keyword: string, value: unknown): boolean =>
  keyword.endsWith('imum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

const kept = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    KEPT.flatMap((keyword) => {
      const value = schema[keyword];
      return value === undefined || isSafeIntegerBound(keyword, value) ? [] : [[keyword, value]];
    }),
  );

/** Null stands for "not given". Not beside an enumeration: the API server refuses null there, even when it is listed (tried on 1.34). */
const optional = (schema: JsonSchema): JsonSchema => (schema['enum'] ? schema : { ...schema, nullable: true });

const propertiesOf = (schema: JsonSchema): Partial<JsonSchema> => {
  const required = (schema['required'] ?? []) as string[];
  const properties = Object.entries(schema.properties ?? {}).map(([name, content]) => {
    const made = structuralSchema(content);
    return [name, required.includes(name) ? made : optional(made)];
  });
  return {
    properties: Object.fromEntries(properties) as Record<string, JsonSchema>,
    ...(required.length > 0 ? { required } : {}),
    // An unknown field is told by us, with the field that was meant; dropped by the API server it would be lost without a word.
    'x-kubernetes-preserve-unknown-fields': true,
  };
};

const contentOf = (schema: JsonSchema): Partial<JsonSchema> => {
  if (schema.items) return { items: structuralSchema(schema.items) };
  if (schema.properties) return propertiesOf(schema);
  const values = schema.additionalProperties;
  if (typeof values === 'object' && Object.keys(values).length > 0) {
    return { additionalProperties: optional(structuralSchema(values)) };
  }
  return schema.type === 'object' ? { 'x-kubernetes-preserve-unknown-fields': true } : {};
};

/**
 * Makes a schema that the API server takes as structural. Defaults go into the descriptions only: the API server would write
 * them into the user's document, and every tool that compares it with git would see a change.
 */
export const structuralSchema = (schema: JsonSchema): JsonSchema => {
  if (isTextOrNumber(schema)) {
    const { description } = { ...schema, ...described(schema) };
    return { ...(description === undefined ? {} : { description }), 'x-kubernetes-int-or-string': true };
  }
  return { ...kept(schema), ...described(schema), ...contentOf(schema) };
};
