import { execa } from 'execa';
import { inToolbox } from '../../deploy/demo/kubectl.ts';
import { labEnvironment } from '../../deploy/lab/environment.ts';
import { until } from '../../deploy/lab/until.ts';

/** Keeps an RBD image open, as a client that uses it does, until it is closed. Returns when Ceph lists the watcher. */
export async function openImage(cluster: string, image: string): Promise<{ close: () => Promise<void> }> {
  const watch = ['exec', '--stdin', 'deploy/rook-ceph-tools', '--', 'rbd', 'watch', image];
  // It ends with its standard input, so nothing of it stays in the pod.
  const client = execa('kubectl', ['--namespace', cluster, ...watch], {
    env: labEnvironment(),
    stdin: 'pipe',
    reject: false,
  });
  await until(`${image} is open`, 30, async () => (await watchersOf(cluster, image)) > 0);
  return {
    close: async () => {
      client.stdin.end();
      await client;
      await until(`${image} is closed`, 60, async () => (await watchersOf(cluster, image)) === 0);
    },
  };
}

async function watchersOf(cluster: string, image: string): Promise<number> {
  const text = Buffer.from(await inToolbox(cluster, ['rbd', 'status', '--format', 'json', image])).toString('utf8');
  return (JSON.parse(text) as { watchers?: unknown[] }).watchers?.length ?? 0;
}
