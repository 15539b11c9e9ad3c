import { readdir, readFile } from 'node:fs/promises';
import { askCeph, kubectl } from '../../deploy/demo/kubectl.ts';
import { cephflow } from './cli.ts';
import { temporal } from './temporal.ts';

/** One place where a key could have leaked to, with its whole text. */
export interface Place {
  name: string;
  text: string;
}

interface SecretList {
  items: { metadata: { name: string }; data?: Record<string, string> }[];
}

/** Every key of the cluster: what its Secrets hold, and what Ceph gave to its daemons. */
export async function keysOf(cluster: string): Promise<string[]> {
  const json = await kubectl(['--namespace', cluster, 'get', 'secrets', '--output', 'json']);
  const values = (JSON.parse(json) as SecretList).items.flatMap(({ data = {} }) =>
    Object.entries(data).map(([key, value]) => ({ key, text: Buffer.from(value, 'base64').toString('utf8').trim() })),
  );
  const keyrings = values.filter(({ key }) => key === 'keyring').flatMap(({ text }) => keysIn(text));
  const plain = values.filter(({ key }) => /secret|key$|password/.test(key)).map(({ text }) => text);
  const { auth_dump: users } = await askCeph<{ auth_dump: { key: string }[] }>(cluster, 'auth', 'ls');
  const keys = [...keyrings, ...plain, ...users.map(({ key }) => key)].filter((key) => key.length >= 8);
  return [...new Set(keys)];
}

const keysIn = (keyring: string): string[] =>
  [...keyring.matchAll(/^\s*key\s*=\s*(\S+)\s*$/gm)].map(([, key]) => key ?? '');

/** All that a person, a log store or a support bundle gets to see of a cluster. */
export async function visiblePlaces(cluster: string): Promise<Place[]> {
  return [
    ...(await histories()),
    ...(await podLogs('cephflow-system')),
    ...(await podLogs(cluster)),
    ...(await objects(cluster)),
    ...(await commandLines()),
    ...(await cliOutputs(cluster)),
  ];
}

/** Names of the places that hold one of the keys, as it is or in base64. */
export function leaks(places: Place[], keys: string[]): string[] {
  const forms = keys.flatMap((key) => [key, Buffer.from(key).toString('base64').replace(/=+$/, '')]);
  return places.filter(({ text }) => forms.some((form) => text.includes(form))).map(({ name }) => name);
}

async function histories(): Promise<Place[]> {
  const { workflow } = await temporal();
  const places: Place[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    places.push({ name: `history of ${workflowId} ${runId}`, text: readable(history) });
  }
  return places;
}

/** As text, with the payloads decoded: they are bytes in the history. */
const readable = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    field instanceof Uint8Array ? Buffer.from(field).toString('utf8') : field,
  );

interface PodList {
  items: { metadata: { name: string }; status: { containerStatuses?: { name: string; restartCount: number }[] } }[];
}

async function podLogs(namespace: string): Promise<Place[]> {
  const { items } = JSON.parse(await kubectl(['--namespace', namespace, 'get', 'pods', '--output', 'json'])) as PodList;
  const logs = items.map(async ({ metadata: { name }, status }) => {
    const restarted = (status.containerStatuses ?? []).filter(({ restartCount }) => restartCount > 0);
    const log = (...more: string[]) => kubectl(['--namespace', namespace, 'logs', name, ...more]);
    const texts = [
      await log('--all-containers'),
      ...(await Promise.all(restarted.map((one) => log('--previous', '--container', one.name)))),
    ];
    return { name: `log of pod ${namespace}/${name}`, text: texts.join('\n') };
  });
  return Promise.all(logs);
}

/** Everything in the namespace but the Secrets themselves. */
async function objects(namespace: string): Promise<Place[]> {
  const kinds = ['cephclusters', 'configmaps', 'pods', 'deployments', 'daemonsets', 'services', 'events'];
  return Promise.all(
    kinds.map(async (kind) => ({
      name: `${kind} of ${namespace}`,
      text: await kubectl(['--namespace', namespace, 'get', kind, '--output', 'json']),
    })),
  );
}

/** Every process of the machine, those in the pods among them. */
async function commandLines(): Promise<Place[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return [{ name: 'command lines of processes', text: texts.join('\n') }];
}

async function cliOutputs(cluster: string): Promise<Place[]> {
  const commands = [
    ['status', cluster, '-o', 'json'],
    ['devices', '-o', 'json'],
    ['operations', '-o', 'json'],
    ['show', `bootstrap:${cluster}`, '-o', 'json'],
  ];
  return Promise.all(
    commands.map(async (command) => {
      const { out, err } = await cephflow(...command);
      return { name: `cephflow ${command.join(' ')}`, text: `${out}\n${err}` };
    }),
  );
}
