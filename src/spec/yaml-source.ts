import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { FieldPath } from './field-path.ts';

/** Something that is wrong at an offset of the text. */
export interface TextProblem {
  at: string;
  sentence: string;
}

/** One document of a YAML text, with the places of its fields. */
export interface YamlDocument {
  value: unknown;
  /** `file:line:column` of the field, or of the nearest one around it where it is missing. */
  placeOf(path: FieldPath): string;
}

export interface YamlText {
  documents: YamlDocument[];
  problems: TextProblem[];
}

/** The key of a wrong field is what a person looks for; an item of a list has none. */
const offsetOf = (document: Document.Parsed, path: FieldPath): number => {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? document.range[0];
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part] as Node | undefined;
      if (!item) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
};

/** Reads all documents of a YAML text and keeps the place of every field. Empty documents are left out. */
export const readYaml = (text: string, file: string): YamlText => {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const all = 'empty' in parsed ? [] : parsed;
  const problems = all.flatMap((document) =>
    document.errors.map((error) => ({ at: place(error.pos[0]), sentence: error.message })),
  );
  const documents =
    problems.length > 0
      ? []
      : all
          .filter(
            (document) =>
              document.contents !== null && !(isScalar(document.contents) && document.contents.value === null),
          )
          .map((document) => ({
            value: document.toJS() as unknown,
            placeOf: (path: FieldPath) => place(offsetOf(document, path)),
          }));
  return { documents, problems };
};
