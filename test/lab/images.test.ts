import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cephVersionOf } from '../../deploy/lab/images/ceph.ts';
import { dropFiles, readImageFiles, withLastLayer } from '../../deploy/lab/images/image-files.ts';
import { isLeftOut, productionPackages } from '../../deploy/lab/images/project-files.ts';
import { kubernetesGoMod } from '../../deploy/lab/programs/go-modules.ts';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-image-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function keep(content: string): { digest: string; size: number } {
  writeFileSync(join(folder, sha256(content)), content);
  return { digest: `sha256:${sha256(content)}`, size: content.length };
}

/** An image of a base layer and a layer of sources, as buildah writes it. */
function imageOfTwoLayers(): void {
  const layers = [keep('base layer'), keep('old sources')];
  const config = keep(
    JSON.stringify({
      config: { Entrypoint: ['/cephflow/node'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    }),
  );
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ schemaVersion: 2, config, layers }));
}

async function sources(text: string): Promise<string> {
  const directory = join(folder, 'app');
  rmSync(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'src', 'main.ts'), text);
  return directory;
}

describe('an image whose last layer is replaced', () => {
  it('keeps the other layers and the configuration, and holds the new sources at their place', async () => {
    imageOfTwoLayers();
    const base = await readImageFiles('base', folder);
    const image = await withLastLayer(base, 'localhost/cephflow:new', await sources('new'), 'cephflow');
    const manifest = JSON.parse(readFileSync(join(folder, image.manifest.digest.slice(7)), 'utf8'));
    const config = JSON.parse(readFileSync(join(folder, manifest.config.digest.slice(7)), 'utf8'));
    expect(manifest.layers).toHaveLength(2);
    expect(manifest.layers[0].digest).toBe(`sha256:${sha256('base layer')}`);
    expect(config.config.Entrypoint).toEqual(['/cephflow/node']);
    expect(config.rootfs.diff_ids).toEqual(manifest.layers.map((layer: { digest: string }) => layer.digest));
    const layer = join(folder, manifest.layers[1].digest.slice(7));
    expect(sha256(readFileSync(layer))).toBe(manifest.layers[1].digest.slice(7));
    const listed = await execa('tar', ['--list', '--verbose', '--numeric-owner', '--file', layer]);
    expect(listed.stdout).toMatch(/-rw-r--r-- 0\/0 .* cephflow\/src\/main\.ts/);
    expect(image.blobs.every((blob) => existsSync(join(folder, blob.slice(7))))).toBe(true);
  });

  it('is the same image when the same sources are staged again, and another one for other sources', async () => {
    imageOfTwoLayers();
    const base = await readImageFiles('base', folder);
    const first = await withLastLayer(base, 'a', await sources('one'), 'cephflow');
    const again = await withLastLayer(base, 'a', await sources('one'), 'cephflow');
    const other = await withLastLayer(base, 'a', await sources('two'), 'cephflow');
    expect(again.manifest).toEqual(first.manifest);
    expect(other.manifest.digest).not.toBe(first.manifest.digest);
  });

  it('is dropped without touching what the base needs', async () => {
    imageOfTwoLayers();
    const base = await readImageFiles('base', folder);
    const before = readdirSync(folder).toSorted();
    await dropFiles(await withLastLayer(base, 'a', await sources('one'), 'cephflow'), base);
    expect(
      readdirSync(folder)
        .filter((name) => name !== 'app')
        .toSorted(),
    ).toEqual(before);
  });
});

describe("the project's image", () => {
  it('holds production packages only, with nested ones, and no linked ones', () => {
    const packages = {
      '': { version: '0.1.0' },
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/a/node_modules/zod': { version: '3.0.0' },
      'node_modules/vitest': { version: '5.1.1', dev: true },
      'node_modules/linked': { link: true },
      'packages/linked': {},
    };
    expect(productionPackages({ packages })).toEqual(['node_modules/zod', 'node_modules/a/node_modules/zod']);
  });

  it("leaves out types, maps and the native code of other machines, and keeps this machine's", () => {
    const core = 'node_modules/@temporalio/core-bridge';
    expect(isLeftOut(`${core}/releases/x86_64-unknown-linux-gnu/index.node`, { arch: 'x64' })).toBe(false);
    expect(isLeftOut(`${core}/releases/x86_64-unknown-linux-gnu`, { arch: 'arm64' })).toBe(true);
    expect(isLeftOut(`${core}/releases/aarch64-unknown-linux-gnu`, { arch: 'arm64' })).toBe(false);
    expect(isLeftOut(`${core}/releases`, { arch: 'x64' })).toBe(false);
    expect(isLeftOut(`${core}/sdk-core/core/src/lib.rs`, { arch: 'x64' })).toBe(true);
    expect(isLeftOut('node_modules/zod/index.d.cts', { arch: 'x64' })).toBe(true);
    expect(isLeftOut('node_modules/zod/src/index.ts', { arch: 'x64' })).toBe(false);
    expect(isLeftOut('node_modules/zod/index.cjs', { arch: 'x64' })).toBe(false);
  });
});

describe('the version of a Ceph image', () => {
  it('is what its ceph prints', () => {
    expect(cephVersionOf('ceph version 20.2.4 (5e1b5d2) tentacle (stable - RelWithDebInfo)')).toBe('20.2.4');
    expect(() => cephVersionOf('bash: ceph: command not found')).toThrow(/does not print a version but: bash/);
  });
});

describe('the Go module of Kubernetes', () => {
  it('takes each sub-module from its publication instead of a folder', () => {
    const upstream =
      'require (\n\tk8s.io/api v0.0.0\n)\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tk8s.io/cri-api => ./staging/src/k8s.io/cri-api\n)\n';
    const module = kubernetesGoMod(upstream, '1.34.4');
    expect(module).toContain('require k8s.io/kubernetes v1.34.4\n');
    expect(module).toContain('replace k8s.io/api => k8s.io/api v0.34.4\n');
    expect(module).toContain('replace k8s.io/cri-api => k8s.io/cri-api v0.34.4\n');
    expect(module.match(/replace/g)).toHaveLength(2);
  });
});
