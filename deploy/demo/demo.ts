import { bootstrapContract, type BootstrapResult } from '../../src/contract/bootstrap.ts';
import { connectKubernetes } from '../../src/kubernetes/kubernetes.ts';
import { buildProjectImage } from '../lab/images/project.ts';
import { labDown, labExists, labUp, type RunningLab } from '../lab/lab.ts';
import { say, timed } from '../lab/progress.ts';
import { dashboardAddress } from './dashboard.ts';
import { applyExample, CLUSTER } from './example.ts';
import { untilHealthy } from './health.ts';
import { proveIo } from './io.ts';
import { approveAndFollow, openLab, startOperation } from './operation.ts';
import { nextLines, timeLines } from './report.ts';
import { installWorkers } from './workers.ts';

/**
 * From nothing to a Ceph cluster that serves: lab, workers, example document, bootstrap approved by signal, real I/O. Its last line
 * starts with HEALTH_OK. Run again it finds all of that and only does the I/O once more.
 */
export async function runDemo(): Promise<void> {
  const { lab, image } = await bringUpLab();
  const kubernetes = connectKubernetes({ kubeconfig: lab.kubeconfig });
  await timed({ what: `Example document of cluster ${CLUSTER}` }, () => applyExample(kubernetes, image));
  (await bootstrapExample()).forEach(say);
  const { lines } = await timed({ what: 'Real I/O through RADOS and RBD', usually: '15 s' }, () => proveIo(CLUSTER));
  lines.forEach((line) => say(`  ${line}`));
  const dashboard = await dashboardAddress(kubernetes, CLUSTER);
  const { quorum_names: mons, osdmap } = await untilHealthy(CLUSTER);
  nextLines(dashboard).forEach((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(
    `HEALTH_OK: ${CLUSTER} has ${mons.length} mons in quorum and ${osdmap.num_up_osds} of ${osdmap.num_osds} OSDs up, and gave back what was written.\n`,
  );
}

/** The lab with the workers of this checkout in it. Idempotent. */
export async function bringUpLab(): Promise<{ lab: RunningLab; image: string; project: string }> {
  const lab = await labUp();
  const image = lab.cephImages.at(-1);
  if (image === undefined) throw new Error('The lab has no Ceph image.');
  const project = await buildProjectImage();
  await timed({ what: 'Ops workers polling', usually: '10 s' }, () =>
    installWorkers({ image: project, loopDevices: 'allowed' }),
  );
  return { lab, image, project };
}

async function bootstrapExample(): Promise<string[]> {
  const context = openLab();
  try {
    const started = await startOperation(context, bootstrapContract, CLUSTER);
    const result: BootstrapResult = await approveAndFollow(context, started);
    return [...timeLines(result), result.summary];
  } finally {
    await context.close();
  }
}

/** Removes the lab with everything in it; what stays is the cache of programs and images. Harmless when there is none. */
export async function removeDemo(): Promise<void> {
  if (!labExists()) say('There is no lab; whatever a broken one left is removed.');
  await labDown({ keep: 'nothing' });
}
