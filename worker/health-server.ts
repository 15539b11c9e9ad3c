import { createServer, type Server } from 'node:http';

export interface Health {
  /** Polling its queues. */
  ready: boolean;
  /** Set when it should be restarted: a worker that ended although nobody stopped it. */
  broken: string | undefined;
}

/** `/livez` and `/readyz` for the kubelet: 200, or 503 with the reason. */
export function serveHealth(health: Health, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const problem =
      request.url === '/livez'
        ? health.broken
        : (health.broken ?? (health.ready ? undefined : 'not polling its queues yet'));
    response.writeHead(problem === undefined ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(problem ?? 'ok');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server));
  });
}
