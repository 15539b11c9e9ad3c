import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { serveHealth, type Health } from '../../worker/health-server.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  if (server?.listening) await once(server, 'close');
});

const portOf = (serving: Server): number => (serving.address() as AddressInfo).port;

const ask = async (health: Health): Promise<Record<string, [number, string]>> => {
  server = await serveHealth(health, 0);
  const port = portOf(server);
  const one = async (path: string): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, await answer.text()];
  };
  return { livez: await one('/livez'), readyz: await one('/readyz') };
};

describe('the health of a worker', () => {
  it('is alive but not ready while it does not poll yet: the kubelet must not restart it for that', async () => {
    expect(await ask({ ready: false, broken: undefined })).toEqual({
      livez: [200, 'ok'],
      readyz: [503, 'not polling its queues yet'],
    });
  });

  it('is ready while it polls', async () => {
    expect(await ask({ ready: true, broken: undefined })).toEqual({ livez: [200, 'ok'], readyz: [200, 'ok'] });
  });

  it('is neither with a worker that ended by itself, and says why', async () => {
    const broken = 'the worker of queue cephflow ended although nobody stopped it';
    expect(await ask({ ready: true, broken })).toEqual({ livez: [503, broken], readyz: [503, broken] });
  });

  it('follows the state while it runs', async () => {
    const health: Health = { ready: true, broken: undefined };
    server = await serveHealth(health, 0);
    const status = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${portOf(server as Server)}/readyz`)).status;
    expect(await status()).toBe(200);
    health.ready = false;
    expect(await status()).toBe(503);
  });

  it('fails where the port is taken, instead of serving nobody', async () => {
    server = await serveHealth({ ready: true, broken: undefined }, 0);
    const port = portOf(server);
    await expect(serveHealth({ ready: true, broken: undefined }, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
