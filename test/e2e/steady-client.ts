import { inToolbox } from '../../deploy/demo/kubectl.ts';

const POOL = 'steady';
const STOP = '/tmp/steady-stop';
/** Objects are written again and again, so that every one of them is read after it has moved. */
const OBJECTS = 20;
const OBJECT_BYTES = 256 * 1024;
/** A story never takes longer. */
const LONGEST_SECONDS = 1800;

/** What the client saw until it was stopped. */
export interface Compared {
  comparisons: number;
  differences: number;
}

/** A client that keeps writing objects of random bytes into a pool of size 3, reading them back and comparing, until it is stopped. */
export async function startSteadyClient(cluster: string): Promise<{ stop: () => Promise<Compared> }> {
  await inToolbox(cluster, ['ceph', 'osd', 'pool', 'create', POOL, '8']);
  await inToolbox(cluster, ['ceph', 'osd', 'pool', 'set', POOL, 'size', '3']);
  await inToolbox(cluster, ['ceph', 'osd', 'pool', 'application', 'enable', POOL, 'e2e']);
  const script = [
    `rm -f ${STOP}; n=0; bad=0; mkdir -p /tmp/steady`,
    `until [ -e ${STOP} ]; do`,
    `  name=object-$((n % ${OBJECTS})); known=/tmp/steady/$name`,
    // What was written before is compared first, so that a byte that was lost on the way shows.
    `  if [ -e $known ]; then rados -p ${POOL} get $name /tmp/steady/read && cmp -s $known /tmp/steady/read || bad=$((bad + 1)); n2=$((\${n2:-0} + 1)); fi`,
    `  head -c ${OBJECT_BYTES} /dev/urandom > $known && rados -p ${POOL} put $name $known || bad=$((bad + 1))`,
    '  n=$((n + 1))',
    'done',
    'echo "${n2:-0} $bad"',
  ].join('\n');
  const running = inToolbox(cluster, ['bash', '-c', script], { timeoutSeconds: LONGEST_SECONDS });
  // Its failure is told by whoever stops it.
  running.catch(() => undefined);
  return {
    stop: async () => {
      await inToolbox(cluster, ['touch', STOP]);
      const [comparisons = Number.NaN, differences = Number.NaN] = Buffer.from(await running)
        .toString('utf8')
        .trim()
        .split(' ')
        .map(Number);
      return { comparisons, differences };
    },
  };
}
