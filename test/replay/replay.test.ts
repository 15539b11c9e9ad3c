import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { STARTABLE } from '../../src/contract/operations.ts';
import { WORKFLOW_SOURCES } from '../../worker/workflow-code.ts';
import { secretPlaces } from './secrets.ts';

const directory = join(import.meta.dirname, 'histories');
const stored = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ workflowId: name, history: JSON.parse(readFileSync(join(directory, name), 'utf8')) as History }));

/** The part of a stored history that says what it is of. */
interface History {
  events: { workflowExecutionStartedEventAttributes?: { workflowType: { name: string } } }[];
}

const typeOf = ({ events }: History): string | undefined =>
  events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;

it('a running operation goes on with this code: every stored history replays', { timeout: 60_000 }, async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const { workflowsPath, workflowInterceptorModules: workflowModules } = WORKFLOW_SOURCES;
  const broken: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowsPath, interceptors: { workflowModules } },
    stored,
  )) {
    replayed += 1;
    if (error !== undefined) broken.push(`${workflowId}: ${error.message}`);
  }
  expect(broken).toEqual([]);
  expect(replayed).toBe(stored.length);
});

it('has a stored history of everything that a person can start', () => {
  const types = new Set(stored.map(({ history }) => typeOf(history)));
  expect(STARTABLE.map(({ workflowType }) => workflowType).filter((type) => !types.has(type))).toEqual([]);
});

it('no stored history carries a secret', () => {
  expect(stored.flatMap(({ workflowId, history }) => secretPlaces(history, workflowId))).toEqual([]);
});

it('finds a key in plain text and inside a payload', () => {
  // Not of any cluster: the form of a cephx key, made of one letter.
  const key = `AQ${'x'.repeat(36)}==`;
  const payload = Buffer.from(JSON.stringify({ stderr: `key = ${key}` })).toString('base64');
  expect(secretPlaces({ a: [{ message: key }], b: { data: payload }, c: 'osd.0 came up' })).toEqual([
    '$.a[0].message',
    '$.b.data',
  ]);
});
