import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { installWorkers } from '../../deploy/demo/workers.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { expectExampleCluster } from './cluster.ts';
import { freshGround } from './ground.ts';
import { useLab, type Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['src', 'workflows', 'activities', 'worker', 'deploy', 'package.json', 'package-lock.json'];

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await freshGround(lab);
});
afterAll(async () => {
  await installWorkers({ image: lab.project, loopDevices: 'allowed' });
  await abortLeftovers();
});

describe('workers of another image, installed while an operation waits for approval', () => {
  it('replay it and go on with it to the end', async () => {
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    const { hash } = await operation.untilAsked();
    const image = await buildChangedImage();
    expect(image).not.toBe(lab.project);
    await installWorkers({ image, loopDevices: 'allowed' });
    // A worker of the former image is still there while it drains, although the rollout has ended.
    await until('all workers run the next image', 60, async () =>
      (await imagesOfWorkers()).every((one) => one === image),
    );
    await operation.signal('approve', { plan: hash, by: 'e2e' });
    expect((await operation.result(300)).outcome).toBe('done');
    await expectExampleCluster(CLUSTER);
  });
});

async function imagesOfWorkers(): Promise<string[]> {
  const pods = ['--namespace=cephflow-system', 'get', 'pods', '--selector=app=cephflow-ops'];
  return (await kubectl([...pods, '--output=jsonpath={.items[*].spec.containers[*].image}'])).trim().split(' ');
}

/** Image of a copy of this checkout whose workflow code has another content, built as a new version of cephflow would be. */
async function buildChangedImage(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'cephflow-next-'));
  try {
    for (const name of FOLDERS) await cp(join(ROOT, name), join(copy, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await appendFile(join(copy, 'workflows/index.ts'), "export const builtFor = 'the next version';\n");
    const build = `import('${copy}/deploy/lab/images/project.ts').then(async (it) => process.stderr.write(await it.buildProjectImage()))`;
    const { stderr } = await execa(process.execPath, ['--disable-warning=ExperimentalWarning', '--eval', build]);
    return stderr.trim().split('\n').at(-1) ?? '';
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
