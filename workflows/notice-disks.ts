import { ApplicationFailure } from '@temporalio/workflow';
import { ops } from './activity-profiles.ts';
import { lookBriefly } from './outages.ts';

export interface Noticed {
  summary: string;
  /** Hosts for which an add-disk was started, or runs already. */
  asked: string[];
}

/** Judges what agents noticed and asks about what is new. Started by the ops workers; changes no disk and no cluster. */
export async function noticeDisks(request?: { cluster?: unknown }): Promise<Noticed> {
  const cluster = request?.cluster;
  if (typeof cluster !== 'string')
    throw ApplicationFailure.nonRetryable(
      'noticeDisks needs an input such as {"cluster":"rook-ceph"}.',
      'INVALID_INPUT',
    );
  const ceph = await lookBriefly(cluster, (agent) => agent.readClusterState({ cluster }));
  const { wanted, pointless, hosts } = await ops.judgeNoticed({ cluster, ceph });
  for (const question of pointless) await ops.withdrawQuestion({ cluster, question });
  for (const one of wanted) await ops.askToAdd({ cluster, wanted: one });
  const asked = wanted.map(({ node }) => node);
  return { summary: `The disks of ${hosts.length} hosts were judged; ${asked.length} of them have new ones.`, asked };
}
