import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** A server that keeps a loopback port for itself. */
export async function takenPort(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

/** A loopback port that nobody has just now, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const { port, server } = await takenPort();
  server.close();
  await once(server, 'close');
  return port;
}
