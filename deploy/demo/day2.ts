import type { CommandContext } from '../../src/cli/context.ts';
import { operationsQuery } from '../../src/cli/operations-query.ts';
import { labExists } from '../lab/lab.ts';
import { say, timed } from '../lab/progress.ts';
import { until } from '../lab/until.ts';
import { chooseDisks, type Chosen } from './choose-disks.ts';
import { addNoticedDisk, removeAndPull, replaceDisk } from './disk-operations.ts';
import { diskRows } from './disks.ts';
import { CLUSTER } from './example.ts';
import { readStatus, untilHealthy } from './health.ts';
import { openLab } from './operation.ts';
import { dayTwoLine } from './report.ts';
import { startSteadyClient } from './steady-client.ts';

/** Temporal's list lags behind, and noticing may start an operation that finds nothing to do. */
const OTHERS_END_WITHIN_SECONDS = 15;

/**
 * On a running demo: a disk is added, one replaced, the added one removed, each approved by signal, while a client writes and compares. The
 * demo has as many disks and OSDs afterwards as before, so that it can be run again. Its last line ends with "0 differences".
 * @throws where the demo does not run, where an operation did not succeed, and where a byte differs
 */
export async function runDayTwo(): Promise<void> {
  const before = await requireDemo();
  const context = openLab();
  try {
    await requireAlone(context);
    const chosen = chooseDisks(await diskRows(context, CLUSTER));
    const line = await whileComparing(() => threeOperations(context, chosen));
    const { osdmap } = await untilHealthy(CLUSTER);
    if (osdmap.num_up_osds !== before.osds)
      throw new Error(`${CLUSTER} had ${before.osds} OSDs up before, and has ${osdmap.num_up_osds} now.`);
    process.stdout.write(`${line}\n`);
  } finally {
    await context.close();
  }
}

async function requireDemo(): Promise<{ osds: number }> {
  const cure = 'run "npm run demo" first';
  if (!labExists()) throw new Error(`Day 2 needs a running demo, and there is no lab on this machine; ${cure}.`);
  const { osdmap } = await readStatus(CLUSTER).catch((cause: unknown) => {
    throw new Error(`Day 2 needs a running demo, and Ceph of ${CLUSTER} does not answer; ${cure}.`, { cause });
  });
  if (osdmap.num_up_osds < osdmap.num_osds)
    throw new Error(`Day 2 needs a healthy demo: ${osdmap.num_up_osds} of ${osdmap.num_osds} OSDs are up; ${cure}.`);
  return { osds: osdmap.num_up_osds };
}

/** Another operation that waits for a person would hold these up, or be answered by them. */
async function requireAlone(context: CommandContext): Promise<void> {
  const temporal = await context.temporal();
  let running: string[] = [];
  await until('no other operation runs', OTHERS_END_WITHIN_SECONDS, async () => {
    running = (await temporal.list(operationsQuery(CLUSTER, 'open'), 10)).map(({ id }) => id);
    return running.length === 0;
  }).catch((cause: unknown) => {
    if (running.length === 0) throw cause;
    throw new Error(`${running.join(', ')} runs on ${CLUSTER}; answer or abort it first.`, { cause });
  });
}

async function threeOperations(context: CommandContext, { addTo, replaced }: Chosen): Promise<void> {
  const added = await timed({ what: `Adding a disk to ${addTo}`, usually: '45 s' }, () =>
    addNoticedDisk(context, CLUSTER, addTo),
  );
  await timed({ what: `Replacing the disk of osd.${replaced.osd} on ${replaced.node}`, usually: '1.5 min' }, () =>
    replaceDisk(context, CLUSTER, replaced),
  );
  await timed({ what: `Removing osd.${added.osd} from ${addTo}`, usually: '1 min' }, () =>
    removeAndPull(context, CLUSTER, added),
  );
}

/**
 * Has a client write and compare as long as the work takes. A difference is told before all else, also where the work failed.
 * @returns the line that tells what the client saw
 */
async function whileComparing(work: () => Promise<void>): Promise<string> {
  const client = await startSteadyClient(CLUSTER);
  say('  A client writes 256 KiB objects into a size-3 pool, reads them back and compares, all the time.');
  const [worked] = await Promise.allSettled([work()]);
  const [stopped] = await Promise.allSettled([client.stop()]);
  if (stopped.status === 'rejected') throw worked.status === 'rejected' ? worked.reason : stopped.reason;
  const { comparisons, differences } = stopped.value;
  if (worked.status === 'rejected') {
    say(`  The work ended early: ${String(worked.reason)}`);
    if (differences === 0) {
      say(`  Until then ${comparisons} comparisons, 0 differences.`);
      await client.removePool();
      throw worked.reason;
    }
  }
  const line = dayTwoLine(stopped.value);
  await client.removePool();
  return line;
}
