import type { KubernetesPort } from './kubernetes-port.ts';

/** Loads the kubeconfig; nothing is sent yet. The client library is imported here, since it would slow every other command. */
export async function connectToKubernetes(options: { kubeconfig?: string; context?: string }): Promise<KubernetesPort> {
  const [{ connectKubernetes }, { openConnection }] = await Promise.all([
    import('../kubernetes/kubernetes.ts'),
    import('../kubernetes/connection.ts'),
  ]);
  const kubernetes = connectKubernetes(options);
  return {
    description: kubernetes.description,
    apply: (object) => kubernetes.apply(object),
    create: (object) => kubernetes.create(object),
    list: (query) => kubernetes.list(query),
    serverVersion: async () => {
      const { body } = await openConnection(options).request({ method: 'GET', path: '/version' });
      return (body as { gitVersion?: string }).gitVersion ?? 'unknown';
    },
  };
}
