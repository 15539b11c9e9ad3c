import type { z } from 'zod';
import type { FieldPath } from './field-path.ts';
import { probablyMeant } from './known-fields.ts';
import { nearest } from './nearest.ts';

/** Something that is wrong in a document, at a path from its top. */
export interface DocumentProblem {
  code: 'FIELD_INVALID' | 'FIELD_UNKNOWN';
  path: FieldPath;
  sentence: string;
}

type Issue = z.core.$ZodIssue;

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of keys and values',
};

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a group of fields' : `a bare ${typeof value}; put it in quotes`;
};

const shown = (value: unknown): string => (typeof value === 'object' ? kindOf(value) : JSON.stringify(value));

const typeSentence = (issue: z.core.$ZodIssueInvalidType): string => {
  if (issue.input === undefined) return 'is missing';
  // Text can be a password (settings of Ceph): what stands where text should be is not repeated.
  if (issue.expected === 'string') return `must be text, is ${kindOf(issue.input)}`;
  return `must be ${EXPECTED[issue.expected] ?? issue.expected}, is ${shown(issue.input)}`;
};

const choiceSentence = (issue: z.core.$ZodIssueInvalidValue): string => {
  if (issue.input === undefined) return 'is missing';
  const meant = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : undefined;
  const choices = issue.values.map((value) => JSON.stringify(value)).join(', ');
  return `must be one of ${choices}, is ${shown(issue.input)}${meant ? `; did you mean ${meant}?` : ''}`;
};

const limitSentence = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  const least = issue.code === 'too_small';
  const limit = least ? issue.minimum : issue.maximum;
  if (issue.origin === 'string') return least ? 'must not be empty' : `must have at most ${limit} characters`;
  if (issue.origin === 'array')
    return `must have at ${least ? 'least' : 'most'} ${limit} ${Number(limit) === 1 ? 'item' : 'items'}`;
  return `must be at ${least ? 'least' : 'most'} ${limit}, is ${shown(issue.input)}`;
};

const sentenceOf = (issue: Issue): string => {
  if (issue.code === 'invalid_type') return typeSentence(issue);
  if (issue.code === 'invalid_value') return choiceSentence(issue);
  if (issue.code === 'too_small' || issue.code === 'too_big') return limitSentence(issue);
  if (issue.code === 'invalid_union') return `must be text or a number, is ${shown(issue.input)}`;
  if (issue.code === 'invalid_key' && issue.issues[0]) return sentenceOf(issue.issues[0]);
  return issue.message;
};

/** The problem of an unknown field, with the field that was probably meant. */
export const unknownField = (parent: FieldPath, key: string): DocumentProblem => {
  const meant = probablyMeant(parent, key);
  const sentence = `is no known field${meant ? `; did you mean ${meant}?` : ''}`;
  return { code: 'FIELD_UNKNOWN', path: ['spec', ...parent, key], sentence };
};

/** What zod found wrong in `spec`, as sentences. */
export const problemsOf = (issue: Issue): DocumentProblem[] => {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(path, key));
  return [{ code: 'FIELD_INVALID', path: ['spec', ...path], sentence: sentenceOf(issue) }];
};
