import { failure, type CephflowError, type ErrorCode } from '../errors.ts';
import { redact } from '../redact.ts';
import type { ApiRequest } from './connection.ts';

/** The part of a Kubernetes `Status` that a person needs. */
export interface ApiStatus {
  message?: string;
  reason?: string;
  details?: { name?: string; kind?: string; causes?: { reason?: string; message?: string; field?: string }[] };
}

const VERBS = { GET: 'read', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** `patch deployments.apps "rook-ceph-mon-a" in namespace "rook-ceph"`, from the request's path. */
export const describeRequest = ({ method, path, query }: ApiRequest): string => {
  const parts = path.split('/').filter((part) => part !== '');
  const rest = parts[0] === 'api' ? parts.slice(2) : parts.slice(3);
  const group = parts[0] === 'apis' ? `.${parts[1]}` : '';
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = path, name, subresource] = inNamespace ? rest.slice(2) : rest;
  const verb = query?.['watch'] === 'true' ? 'watch' : method === 'GET' && name === undefined ? 'list' : VERBS[method];
  const what = `${resource}${group}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${verb} ${what}${name === undefined ? '' : ` "${name}"`}${inNamespace ? ` in namespace "${rest[1]}"` : ''}`;
};

/** Everything that may pass by itself: no connection, time-out, overload, an API server that is starting. */
export const unreachable = (asked: ApiRequest, because: string, cause?: unknown): CephflowError =>
  failure('KUBERNETES_UNREACHABLE', `Could not ${describeRequest(asked)}: ${redact(because)}`, { cause });

/** Turns an answer from 400 on into a failure that names verb, resource and namespace. */
export const refusal = (asked: ApiRequest, status: number, body: unknown): CephflowError => {
  const { message = '', reason = '' } = (body ?? {}) as ApiStatus;
  const because = redact(message === '' ? `status ${status} ${reason}` : message);
  if (status === 429 || status >= 500) return unreachable(asked, `the API server answers ${status}, ${because}`);
  if (status === 403 && isTerminating(body as ApiStatus | null)) {
    return failure(
      'NAMESPACE_TERMINATING',
      `Could not ${describeRequest(asked)}, because the namespace is being deleted; what still has finalizers keeps it from ending`,
    );
  }
  if (status === 401 || status === 403) {
    return failure('FORBIDDEN', `Not allowed to ${describeRequest(asked)}: ${because}`);
  }
  return failure(codeOf(status), `The API server refused to ${describeRequest(asked)} with ${status}: ${because}`, {
    cause: new ApiRefusal(status, body ?? {}),
  });
};

/** Nobody lacks a right: the API server lets nothing new into a namespace that is ending. */
const isTerminating = (answer: ApiStatus | null): boolean =>
  (answer?.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');

/** What the server finds invalid came from the free parts of the document (placement, resources, labels); a missing namespace has none. */
const codeOf = (status: number): ErrorCode => {
  if (status === 400 || status === 422) return 'INVALID_DOCUMENT';
  return status === 404 ? 'DOCUMENT_MISSING' : 'BUG';
};

/** The API server's own answer, kept as the cause. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly answer: ApiStatus;

  constructor(status: number, answer: ApiStatus) {
    super(redact(answer.message ?? `status ${status}`));
    this.name = 'ApiRefusal';
    this.status = status;
    this.answer = answer;
  }
}
