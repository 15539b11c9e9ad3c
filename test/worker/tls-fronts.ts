import { once } from 'node:events';
import { connect as connectHttp2, createSecureServer, type Http2Stream, type IncomingHttpHeaders } from 'node:http2';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** A server before Temporal's plain port, as a proxy or Temporal itself would be set up. */
export interface Front {
  port: number;
  /** Ends it with all of its connections. */
  close(): void;
}

interface Listen {
  host?: string;
  /** A free one without it. */
  port?: number;
}

const UNAUTHENTICATED = '16';

/** TLS that wants a client certificate of our authority, and hands on what comes inside byte by byte. */
export async function certificateFront(temporalPort: number, { text }: Certificates, at: Listen = {}): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createServer(
    {
      key: await text('server.key'),
      cert: await text('server.crt'),
      ca: await text('ours.crt'),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (outside) => {
      const inside = connect(temporalPort, '127.0.0.1');
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy());
        one.pipe(other);
      }
    },
  );
  // A client that is refused is what the tests are about.
  server.on('tlsClientError', () => {});
  return listening(server, () => sockets.forEach((socket) => socket.destroy()), at);
}

/** TLS without client certificates that answers UNAUTHENTICATED to every call without the key, and hands on the others. */
export async function apiKeyFront(temporalPort: number, apiKey: string, { text }: Certificates): Promise<Front> {
  const temporal = connectHttp2(`http://127.0.0.1:${temporalPort}`);
  const server = createSecureServer({ key: await text('server.key'), cert: await text('server.crt') });
  server.on('session', (session) => session.on('error', () => {}));
  server.on('stream', (asked, headers) => {
    asked.on('error', () => {});
    if (headers.authorization !== `Bearer ${apiKey}`) {
      const refusal = { 'grpc-status': UNAUTHENTICATED, 'grpc-message': 'the key is not known' };
      asked.respond({ ':status': 200, 'content-type': 'application/grpc', ...refusal }, { endStream: true });
      return;
    }
    const { ':authority': _, ...handedOn } = headers;
    const answering = temporal.request(handedOn);
    const end = (stream: Http2Stream) => () => stream.close();
    answering.on('error', end(asked));
    asked.on('close', end(answering));
    let trailers: IncomingHttpHeaders = {};
    answering.on('trailers', (given) => (trailers = given));
    asked.on('wantTrailers', () => asked.sendTrailers(trailers));
    answering.on('response', (given) => {
      asked.respond(given, { waitForTrailers: true });
      answering.pipe(asked);
    });
    asked.pipe(answering);
  });
  return listening(server, () => temporal.destroy());
}

async function listening(
  server: Server,
  end: () => void,
  { host = '127.0.0.1', port = 0 }: Listen = {},
): Promise<Front> {
  server.listen(port, host);
  await once(server, 'listening');
  const close = (): void => {
    end();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
