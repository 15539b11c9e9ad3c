import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectToKubernetes } from '../../../src/cli/kubernetes-client.ts';

describe('the log of a container', () => {
  const asked: string[] = [];
  let directory: string;
  let server: Server;

  beforeEach(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.includes('previous'))
        response.writeHead(400).end(JSON.stringify({ message: 'not found: gone' }));
      else response.end('{"level":"info"}\n{"level":"warn"}\nplain\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    directory = mkdtempSync(join(tmpdir(), 'log-'));
    const { port } = server.address() as AddressInfo;
    const named = (name: string, more: object) => ({ name, ...more });
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      clusters: [named('x', { cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } })],
      users: [named('x', { user: {} })],
      contexts: [named('x', { context: { cluster: 'x', user: 'x' } })],
    };
    writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
  });

  it('is read as lines, also where each of them is JSON, and only its last ones', async () => {
    const kubernetes = await connectToKubernetes({ kubeconfig: join(directory, 'kubeconfig') });
    const container = { namespace: 'rook-ceph', pod: 'agent-1', container: 'agent' };
    expect(await kubernetes.log(container, 500, 'current')).toBe('{"level":"info"}\n{"level":"warn"}\nplain');
    expect(asked).toEqual(['/api/v1/namespaces/rook-ceph/pods/agent-1/log?container=agent&tailLines=500']);
    await expect(kubernetes.log(container, 500, 'previous')).rejects.toThrow(/not found: gone/);
  });
});
