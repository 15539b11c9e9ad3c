import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKubernetes, type Kubernetes } from '../../src/kubernetes/kubernetes.ts';

export interface Answer {
  status?: number;
  body?: unknown;
  /** Keeps the connection open and says nothing: a watch that has fallen silent. */
  silent?: true;
  /** Events of a watch that then ends. */
  events?: unknown[];
  /** Drops the connection. */
  drop?: true;
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

const DISCOVERY: Record<string, unknown> = {
  '/api/v1': {
    resources: [
      { name: 'pods', kind: 'Pod', namespaced: true },
      { name: 'pods/status', kind: 'Pod', namespaced: true },
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      { name: 'events', kind: 'Event', namespaced: true },
      { name: 'nodes', kind: 'Node', namespaced: false },
    ],
  },
};

/** Plays only what a real API server cannot be made to do. Discovery and readiness are answered as a healthy one does. */
export const fakeApiServer = async (
  respond: (call: Call) => Answer,
): Promise<{ kubernetes: Kubernetes; calls: Call[]; stop(): Promise<void> }> => {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, calls, respond);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const kubernetes = connectKubernetes({ kubeconfig: await kubeconfig(port) });
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { kubernetes, calls, stop };
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  calls: Call[],
  respond: (call: Call) => Answer,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://fake');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const call = {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body: text === '' ? undefined : JSON.parse(text),
  };
  const known = DISCOVERY[url.pathname];
  if (known === undefined) calls.push(call);
  const { status = 200, body = {}, silent, events, drop } = known === undefined ? respond(call) : { body: known };
  if (drop) {
    request.socket.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  if (silent) response.flushHeaders();
  else if (events !== undefined) response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  else response.end(JSON.stringify(body));
};

const kubeconfig = async (port: number): Promise<string> => {
  const file = join(await mkdtemp(join(tmpdir(), 'fake-api-')), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'fake', user: {} }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
};
