import type { ApiRequest, Connection } from '../kubernetes/connection.ts';
import type { KubernetesPort } from './kubernetes-port.ts';

/** Loads the kubeconfig; nothing is sent yet. The client library is imported here, since it would slow every other command. */
export async function connectToKubernetes(options: { kubeconfig?: string; context?: string }): Promise<KubernetesPort> {
  const [{ connectKubernetes }, { openConnection }] = await Promise.all([
    import('../kubernetes/kubernetes.ts'),
    import('../kubernetes/connection.ts'),
  ]);
  const kubernetes = connectKubernetes(options);
  let opened: Connection | undefined;
  const connection = (): Connection => (opened ??= openConnection(options));
  return {
    description: kubernetes.description,
    apply: (object) => kubernetes.apply(object),
    create: (object) => kubernetes.create(object),
    list: (query) => kubernetes.list(query),
    log: ({ namespace, pod, container }, lines, which) =>
      readLog(connection(), {
        path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
        query: { container, tailLines: String(lines), ...(which === 'previous' ? { previous: 'true' } : {}) },
      }),
    serverVersion: async () => {
      const { body } = await connection().request({ method: 'GET', path: '/version' });
      return (body as { gitVersion?: string }).gitVersion ?? 'unknown';
    },
  };
}

/** By lines, because an answer that is read at once is taken for JSON. */
async function readLog(connection: Connection, request: Pick<ApiRequest, 'path' | 'query'>): Promise<string> {
  const lines: string[] = [];
  for await (const line of connection.lines({ method: 'GET', ...request })) lines.push(line);
  return lines.join('\n');
}
