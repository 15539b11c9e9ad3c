import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBuild } from '../build-process.ts';
import { inScratch } from '../cache.ts';
import { versions } from '../paths.ts';
import { run } from '../run.ts';
import { kubernetesComponents } from './release.ts';

/** Builds all components of Kubernetes and etcd from Go modules into `directory`. */
export async function buildKubernetes(directory: string): Promise<void> {
  const flags = [
    `-X k8s.io/component-base/version.gitVersion=v${versions.kubernetes}`,
    `-X k8s.io/component-base/version.gitMajor=${versions.kubernetes.split('.')[0]}`,
    `-X k8s.io/component-base/version.gitMinor=${versions.kubernetes.split('.')[1]}`,
    `-X k8s.io/client-go/pkg/version.gitVersion=v${versions.kubernetes}`,
  ];
  await inModule('kube', await kubernetesModule(), (module) => goBuild(module, join(directory, 'kube'), '.', flags));
  for (const component of kubernetesComponents) await symlink('kube', join(directory, component));
}

/** Builds the Temporal CLI, which holds the server and the UI, from Go modules into `directory`. */
export async function buildTemporal(directory: string): Promise<void> {
  const flags = [`-X github.com/temporalio/cli/internal/temporalcli.Version=${versions.temporal}`];
  await inModule('temporal', temporalModule(), (module) =>
    goBuild(module, join(directory, 'temporal'), 'github.com/temporalio/cli/cmd/temporal', flags),
  );
}

/**
 * k8s.io/kubernetes replaces its sub-modules by folders that its published module does not hold. Each of them is
 * published as v0.x beside v1.x, so each is replaced by that.
 */
async function kubernetesModule(): Promise<string> {
  const version = `v${versions.kubernetes}`;
  const described = await inScratch((scratch) =>
    run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], { cwd: scratch }),
  );
  const { GoMod } = JSON.parse(described) as { GoMod: string };
  return kubernetesGoMod(await readFile(GoMod, 'utf8'), versions.kubernetes);
}

/** The go.mod of the lab's module, given the one of k8s.io/kubernetes. */
export function kubernetesGoMod(upstream: string, version: string): string {
  const published = `v0.${version.split('.').slice(1).join('.')}`;
  const local = [...upstream.matchAll(/^\s*(?:replace\s+)?(k8s\.io\/[a-z0-9-]+) => \.\/staging/gm)].map(
    (match) => match[1] ?? '',
  );
  const replaced = local.map((name) => `replace ${name} => ${name} ${published}\n`);
  return `module lab/kube\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes v${version}\n\n${replaced.join('')}`;
}

/** The CLI's own go.mod replaces its nested module by a folder, so that `go install` refuses it; this one names its commit. */
function temporalModule(): string {
  const nested = 'github.com/temporalio/cli/cliext';
  return [
    'module lab/temporal\n\ngo 1.26.0\n',
    `require github.com/temporalio/cli v${versions.temporal}\n`,
    `replace ${nested} => ${nested} v0.0.0-20260731000218-c579925f193f\n`,
  ].join('\n');
}

async function inModule(name: string, goMod: string, build: (module: string) => Promise<void>): Promise<void> {
  await inScratch(async (scratch) => {
    const module = join(scratch, name);
    await mkdir(module);
    await cp(join(import.meta.dirname, name), module, { recursive: true });
    await writeFile(join(module, 'go.mod'), goMod);
    await runBuild('go', ['mod', 'tidy'], { cwd: module });
    await build(module);
  });
}

async function goBuild(module: string, output: string, target: string, linkerFlags: string[]): Promise<void> {
  const ldflags = ['-s', '-w', ...linkerFlags].join(' ');
  await runBuild('go', ['build', '-trimpath', '-o', output, '-ldflags', ldflags, target], {
    cwd: module,
    env: { CGO_ENABLED: '0' },
  });
}
