/**
 * Stores the histories of ended operations for the replay test: `node test/replay/record.ts NAME=WORKFLOW_ID[@RUN_ID] ...` writes
 * histories/NAME.json each (the latest run without one), from the server of Temporal's standard environment variables. One that carries a secret is refused.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { secretPlaces } from './secrets.ts';

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const wanted = process.argv.slice(2).map((argument) => {
  const [, name = '', workflowId = '', runId] = /^([^=]*)=([^@]*)(?:@(.+))?$/.exec(argument) ?? [];
  return { name, workflowId, runId };
});
const wrong = wanted.filter(({ name, workflowId }) => !NAME.test(name) || workflowId === '');
if (wanted.length === 0 || wrong.length > 0) {
  process.stderr.write(
    'Say what to store as NAME=WORKFLOW_ID[@RUN_ID], for example bootstrap-happy=bootstrap:rook-ceph\n',
  );
  process.exit(2);
}

const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const connection = await Connection.connect(connectionOptions);
const client = new Client({ connection, namespace });
const directory = join(import.meta.dirname, 'histories');
await mkdir(directory, { recursive: true });
for (const { name, workflowId, runId } of wanted) {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const told = JSON.parse(historyToJSON(history), withoutPlaces) as unknown;
  const places = secretPlaces(told);
  if (places.length > 0) {
    process.stderr.write(`${workflowId} is not stored: it carries what looks like a secret at ${places.join(', ')}\n`);
    process.exitCode = 1;
    continue;
  }
  await writeFile(join(directory, `${name}.json`), `${JSON.stringify(told, undefined, 1)}\n`);
  process.stdout.write(`${name}.json: ${history.events?.length ?? 0} events of ${workflowId}\n`);
}
await connection.close();

/** Stack traces name directories of the machine that built the bundle; a replay does not need them. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? undefined : value;
}
