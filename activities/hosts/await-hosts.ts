import { Context } from '@temporalio/activity';
import type {
  FindSilentHostsInput,
  HostWaitActivities,
  SilentHost,
  UntilHostsAnswerInput,
} from '../../src/contract/host-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { silentAmong } from '../../src/kubernetes/silent-nodes.ts';

/** Kubernetes calls a stopped host not ready after 40 s (node-monitor-grace-period), and looks every 5 s. */
const NOTICED_WITHIN_SECONDS = 50;

const LOOK_EVERY_MILLISECONDS = 2000;

interface HostDeps {
  kubernetes: Pick<Kubernetes, 'nodes'>;
}

/** Both only look, so both may be called again. */
export const createHostWaitActivities = (deps: HostDeps, noticedWithinSeconds = NOTICED_WITHIN_SECONDS) =>
  ({
    findSilentHosts: (input) => findSilentHosts(deps, input, noticedWithinSeconds),
    untilHostsAnswer: (input) => untilHostsAnswer(deps, input),
  }) satisfies HostWaitActivities;

/** Answers at once where a host is known to be silent; "none" only after Kubernetes had the time to notice. */
async function findSilentHosts(
  { kubernetes }: HostDeps,
  { nodes }: FindSilentHostsInput,
  noticedWithinSeconds: number,
): Promise<{ silent: SilentHost[] }> {
  const context = Context.current();
  const deadline = performance.now() + noticedWithinSeconds * 1000;
  for (;;) {
    const silent = silentAmong(await kubernetes.nodes(), nodes);
    if (silent.length > 0 || performance.now() >= deadline) return { silent };
    context.heartbeat(`looking whether ${nodes.join(', ')} answer`);
    await context.sleep(LOOK_EVERY_MILLISECONDS);
  }
}

/** Has no end of its own: the server ends an attempt after its time and begins the next, which costs no history. */
async function untilHostsAnswer(
  { kubernetes }: HostDeps,
  { nodes, wanted }: UntilHostsAnswerInput,
): Promise<{ nodes: string[] }> {
  const context = Context.current();
  for (;;) {
    const silent = silentAmong(await kubernetes.nodes(), nodes).map(({ node }) => node);
    const answering = nodes.filter((node) => !silent.includes(node));
    if (wanted === 'all' ? silent.length === 0 : answering.length > 0) return { nodes: answering };
    context.heartbeat(`waiting for ${silent.join(', ')}`);
    await context.sleep(LOOK_EVERY_MILLISECONDS);
  }
}
