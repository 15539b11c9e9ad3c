import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { inScratch } from '../cache.ts';
import { versions } from '../paths.ts';
import { LabRefusal } from '../refusal.ts';
import { run } from '../run.ts';

export const kubernetesComponents = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubectl',
  'kubelet',
] as const;

/** Base addresses of the official downloads; each can be moved by its environment variable to a server of the same layout. */
export type ReleaseSources = { kubernetes: string; etcd: string; temporal: string };

export function releaseSources(): ReleaseSources {
  return {
    kubernetes: process.env['LAB_KUBERNETES_URL'] ?? 'https://dl.k8s.io',
    etcd: process.env['LAB_ETCD_URL'] ?? 'https://github.com/etcd-io/etcd/releases/download',
    temporal: process.env['LAB_TEMPORAL_URL'] ?? 'https://github.com/temporalio/cli/releases/download',
  };
}

/** Downloads etcd and every component of Kubernetes into `directory`; each file's published checksum must match. */
export async function downloadKubernetes(directory: string, sources = releaseSources()): Promise<void> {
  const base = `${sources.kubernetes}/v${versions.kubernetes}/bin/linux/${architecture()}`;
  for (const component of kubernetesComponents.filter((name) => name !== 'etcd')) {
    const checksum = (await fetchText(`${base}/${component}.sha256`)).trim();
    await download(`${base}/${component}`, join(directory, component), checksum);
    await chmod(join(directory, component), 0o755);
  }
  await downloadEtcd(directory, sources);
}

/** Downloads the Temporal CLI, which holds the server and the UI, into `directory`; its published checksum must match. */
export async function downloadTemporal(directory: string, sources = releaseSources()): Promise<void> {
  const base = `${sources.temporal}/v${versions.temporal}`;
  const archive = `temporal_cli_${versions.temporal}_linux_${architecture()}.tar.gz`;
  await downloadFromArchive({ base, archive, checksums: 'checksums.txt', member: 'temporal', directory });
}

async function downloadEtcd(directory: string, sources: ReleaseSources): Promise<void> {
  const stem = `etcd-v${versions.etcd}-linux-${architecture()}`;
  await downloadFromArchive({
    base: `${sources.etcd}/v${versions.etcd}`,
    archive: `${stem}.tar.gz`,
    checksums: 'SHA256SUMS',
    member: `${stem}/etcd`,
    directory,
  });
}

type Archived = { base: string; archive: string; checksums: string; member: string; directory: string };

async function downloadFromArchive({ base, archive, checksums, member, directory }: Archived): Promise<void> {
  const checksum = checksumIn(await fetchText(`${base}/${checksums}`), archive);
  if (checksum === undefined) {
    throw new LabRefusal(`${archive} was not downloaded because ${base}/${checksums} does not list its checksum.`);
  }
  await inScratch(async (scratch) => {
    const file = join(scratch, archive);
    await download(`${base}/${archive}`, file, checksum);
    await run('tar', ['-xzf', file, '-C', scratch, member]);
    await rename(join(scratch, member), join(directory, member.split('/').at(-1) ?? member));
  });
}

/** Finds a file's checksum in lines of "<sha256>  <file>". */
export function checksumIn(list: string, file: string): string | undefined {
  for (const line of list.split('\n')) {
    const [checksum, name] = line.trim().split(/\s+\*?/);
    if (name === file) return checksum;
  }
  return undefined;
}

async function download(url: string, file: string, checksum: string): Promise<void> {
  const response = await fetchOk(url);
  if (response.body === null) throw new LabRefusal(`${url} answered without content.`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === checksum) return;
  throw new LabRefusal(
    `${url} was downloaded but is not used, because its SHA-256 is ${found} and the published one is ${checksum}.`,
  );
}

async function fetchText(url: string): Promise<string> {
  return (await fetchOk(url)).text();
}

async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url).catch((error: unknown) => {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new LabRefusal(
      `${url} cannot be downloaded (${reason}), and Kubernetes and Temporal are built from Go modules only with go on PATH; ` +
        'install Go 1.26 or newer, or make the address reachable.',
    );
  });
  if (response.ok) return response;
  throw new LabRefusal(`${url} cannot be downloaded: the server answers ${response.status} ${response.statusText}.`);
}

function architecture(): string {
  if (process.arch === 'x64') return 'amd64';
  if (process.arch === 'arm64') return 'arm64';
  throw new LabRefusal(
    `There are no releases of Kubernetes and Temporal for this machine's processor (${process.arch}).`,
  );
}
