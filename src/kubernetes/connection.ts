/**
 * Requests and answers stay raw JSON, because a typed client drops fields that are newer than itself and turns times into Date objects.
 */
import http from 'node:http';
import https from 'node:https';
import { waitingFor } from '../time-shares.ts';
import { refusal, unreachable } from './api-error.ts';
import { kubeconfigAuthority, type KubeconfigOptions } from './kubeconfig.ts';
import { podAuthority } from './service-account.ts';

/** Without any of it, as kubectl has it: KUBECONFIG, else the home file if there is one, else in a pod its account. */
export type ConnectOptions = KubeconfigOptions;

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

export interface Connection {
  /** What a person is told before something is destroyed: context name and server address. */
  readonly description: string;
  /** Sends and returns the parsed answer; throws a failure of the catalogue for every status from 400 on but those in `accept`. */
  request(request: ApiRequest, accept?: readonly number[]): Promise<ApiAnswer>;
  /** Opens a watch; lines arrive as they come. Ends when the server or the signal ends it. */
  lines(request: ApiRequest): AsyncIterable<string>;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** A request without an answer for so long is given up; the API server's own limit is 60 s. */
const ANSWER_WITHIN_MS = 20_000;
const LONGEST_ERROR_BODY = 64 * 1024;

/** Finds out where the API server is and as whom to ask; nothing is sent yet. */
export const openConnection = (options: ConnectOptions = {}): Connection => {
  const isChosen = options.kubeconfig !== undefined || options.context !== undefined;
  const { server, description, authorize } = (isChosen ? undefined : podAuthority()) ?? kubeconfigAuthority(options);

  const open = async (request: ApiRequest): Promise<http.IncomingMessage> => {
    const url = urlOf(server, request);
    const settings: https.RequestOptions = { method: request.method, signal: request.signal };
    await authorize(settings);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    settings.headers = {
      ...(settings.headers as http.OutgoingHttpHeaders | undefined),
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    return await send(url, settings, body);
  };

  const request = async (asked: ApiRequest, accept: readonly number[] = []): Promise<ApiAnswer> => {
    const answer = await open(asked).catch((cause: unknown) => throwUnreachable(cause, asked, server));
    const text = await readAll(answer).catch((cause: unknown) => throwUnreachable(cause, asked, server));
    const status = answer.statusCode ?? 0;
    const body = parse(text);
    if (status < 400 || accept.includes(status)) return { status, body };
    // An API server that has just started refuses what it will allow once its caches are filled.
    if ((status === 401 || status === 403) && !(await isReady())) {
      throw unreachable(asked, `it answers ${status} and is not ready yet`);
    }
    throw refusal(asked, status, body);
  };

  const isReady = async (): Promise<boolean> => {
    try {
      const answer = await open({ method: 'GET', path: '/readyz' });
      answer.resume();
      return answer.statusCode === 200 || answer.statusCode === 401 || answer.statusCode === 403;
    } catch {
      return false;
    }
  };

  async function* lines(asked: ApiRequest): AsyncGenerator<string> {
    const answer = await open(asked);
    if (answer.statusCode !== 200) {
      throw refusal(asked, answer.statusCode ?? 0, parse(await readAll(answer)));
    }
    let rest = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      yield* parts.filter((line) => line !== '');
    }
  }

  return {
    description,
    request: (asked, accept) => waitingFor('kubernetes', () => request(asked, accept)),
    lines,
  };
};

const urlOf = (server: string, { path, query = {} }: ApiRequest): URL => {
  const url = new URL(server.replace(/\/$/, '') + path);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
  return url;
};

const send = (url: URL, settings: https.RequestOptions, body: string | undefined): Promise<http.IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, settings, resolve);
    request.setTimeout(ANSWER_WITHIN_MS, () => {
      request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`));
    });
    request.on('error', reject);
    request.end(body);
  });

const readAll = async (answer: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** An answer that is not JSON comes from something before the API server (a proxy) or is its plain "404 page not found". */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, LONGEST_ERROR_BODY).trim() };
  }
};

const throwUnreachable = (cause: unknown, asked: ApiRequest, server: string): never => {
  asked.signal?.throwIfAborted();
  throw unreachable(
    asked,
    `${server} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  );
};
