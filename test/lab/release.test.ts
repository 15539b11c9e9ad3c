import { createHash } from 'node:crypto';
import { mkdtempSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheEntry } from '../../deploy/lab/cache.ts';
import { versions } from '../../deploy/lab/paths.ts';
import {
  checksumIn,
  downloadKubernetes,
  downloadTemporal,
  kubernetesComponents,
  type ReleaseSources,
} from '../../deploy/lab/programs/release.ts';

const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The files of a local server, by path, in the layout of the official downloads. */
const files = new Map<string, Buffer>();
let server: Server;
let sources: ReleaseSources;
let scratch: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const content = files.get(request.url ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sources = { kubernetes: `${base}/kubernetes`, etcd: `${base}/etcd`, temporal: `${base}/temporal` };
  scratch = mkdtempSync(join(tmpdir(), 'lab-release-'));
  process.env['LAB_CACHE'] = join(scratch, 'cache');
});

afterAll(() => {
  delete process.env['LAB_CACHE'];
  server.close();
  rmSync(scratch, { recursive: true });
});

beforeEach(async () => {
  files.clear();
  for (const component of kubernetesComponents.filter((name) => name !== 'etcd')) publishBinary(component);
  await publishArchive(`/etcd/v${versions.etcd}`, `etcd-v${versions.etcd}-linux-${arch}`, 'etcd', 'SHA256SUMS');
  await publishArchive(`/temporal/v${versions.temporal}`, '.', 'temporal', 'checksums.txt');
});

function publishBinary(component: string): void {
  const content = Buffer.from(`#!/bin/sh\necho ${component}\n`);
  const path = `/kubernetes/v${versions.kubernetes}/bin/linux/${arch}/${component}`;
  files.set(path, content);
  files.set(`${path}.sha256`, Buffer.from(sha256(content)));
}

async function publishArchive(base: string, folder: string, program: string, checksums: string): Promise<void> {
  const name = program === 'etcd' ? `${folder}.tar.gz` : `temporal_cli_${versions.temporal}_linux_${arch}.tar.gz`;
  const directory = mkdtempSync(join(scratch, 'publish-'));
  await mkdir(join(directory, folder), { recursive: true });
  await writeFile(join(directory, folder, program), `#!/bin/sh\necho ${program}\n`, { mode: 0o755 });
  const member = folder === '.' ? program : join(folder, program);
  await execa('tar', ['-czf', join(directory, name), '-C', directory, member]);
  const content = readFileSync(join(directory, name));
  files.set(`${base}/${name}`, content);
  files.set(`${base}/${checksums}`, Buffer.from(`${'0'.repeat(64)}  another.tar.gz\n${sha256(content)}  ${name}\n`));
}

function emptyFolder(): string {
  return mkdtempSync(join(scratch, 'target-'));
}

describe('programs from release downloads', () => {
  it('downloads every component of Kubernetes, and etcd out of its archive, as programs that can be run', async () => {
    const folder = emptyFolder();
    await downloadKubernetes(folder, sources);
    expect(readdirSync(folder).toSorted()).toEqual([...kubernetesComponents].toSorted());
    for (const component of kubernetesComponents) {
      expect((await execa(join(folder, component))).stdout).toBe(component);
    }
  });

  it('downloads Temporal out of its archive', async () => {
    const folder = emptyFolder();
    await downloadTemporal(folder, sources);
    expect(statSync(join(folder, 'temporal')).mode & 0o111).not.toBe(0);
    expect((await execa(join(folder, 'temporal'))).stdout).toBe('temporal');
  });

  it('refuses a file whose checksum is not the published one, naming both', async () => {
    const path = `/kubernetes/v${versions.kubernetes}/bin/linux/${arch}/kubelet`;
    files.set(path, Buffer.from('changed on the way'));
    await expect(downloadKubernetes(emptyFolder(), sources)).rejects.toThrow(
      /kubelet was downloaded but is not used, because its SHA-256 is [0-9a-f]{64} and the published one is [0-9a-f]{64}/,
    );
  });

  it('refuses an archive whose checksum is not published', async () => {
    files.set(`/temporal/v${versions.temporal}/checksums.txt`, Buffer.from('nothing of use\n'));
    await expect(downloadTemporal(emptyFolder(), sources)).rejects.toThrow(/does not list its checksum/);
  });

  it('says in one sentence what to do when a download is not there', async () => {
    files.delete(`/kubernetes/v${versions.kubernetes}/bin/linux/${arch}/kubectl`);
    await expect(downloadKubernetes(emptyFolder(), sources)).rejects.toThrow(
      /kubectl cannot be downloaded: the server answers 404/,
    );
    const nowhere = { ...sources, temporal: 'http://127.0.0.1:9' };
    await expect(downloadTemporal(emptyFolder(), nowhere)).rejects.toThrow(
      /cannot be downloaded .*install Go 1\.26 or newer/s,
    );
  });

  it('leaves no cache entry behind when a download is broken off, and makes it whole the next time', async () => {
    const entry = join(scratch, 'cache', 'kubernetes-test');
    const missing = `/kubernetes/v${versions.kubernetes}/bin/linux/${arch}/kubelet`;
    const kept = files.get(missing);
    files.delete(missing);
    await expect(cacheEntry(entry, (directory) => downloadKubernetes(directory, sources))).rejects.toThrow(/kubelet/);
    expect(existsSync(entry)).toBe(false);
    files.set(missing, kept ?? Buffer.of());
    await cacheEntry(entry, (directory) => downloadKubernetes(directory, sources));
    expect(readdirSync(entry)).toContain('kubelet');
    expect(readdirSync(join(scratch, 'cache', 'scratch'))).toEqual([]);
  });
});

describe('checksumIn', () => {
  it('finds a file by its whole name, in text and binary notation', () => {
    const list = 'aa  x.tar.gz.sbom\nbb *x.tar.gz\n';
    expect(checksumIn(list, 'x.tar.gz')).toBe('bb');
    expect(checksumIn(list, 'tar.gz')).toBeUndefined();
  });
});
