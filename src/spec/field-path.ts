/** Where something stands in a document: keys and indexes from its top. */
export type FieldPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Writes a path for people: `mon.count`, `storage.nodes[0].name`, `labels.mon["a.b/c"]`.
 * Inside `spec` the path begins below it, as all documentation writes it.
 */
export const writePath = (path: FieldPath): string => {
  const shown = path[0] === 'spec' && path.length > 1 ? path.slice(1) : path;
  return shown
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!PLAIN_KEY.test(part)) return `["${part}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
};

/** Takes out every null of a document: Kubernetes and Rook treat `placement:` with nothing behind it as not given. */
export const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, content]) => content !== null && content !== undefined)
      .map(([key, content]) => [key, withoutNulls(content)]),
  );
};
