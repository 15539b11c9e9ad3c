import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const RECIPE = join(import.meta.dirname, '../../deploy/images/cephflow.Dockerfile');

/** The command of the image's recipe, with the image's root in the given folder. */
async function commandIn(root: string): Promise<string> {
  const text = await readFile(RECIPE, 'utf8');
  const [, command = ''] = /^RUN (.*(?:\\\n.*)*rootCertificates(?:.*\\\n)*.*)$/m.exec(text) ?? [];
  return command.replaceAll('\\\n', '').replaceAll('/etc/ssl', `${root}/etc/ssl`).replace('/cephflow/node', '"$NODE"');
}

describe("the project's image", () => {
  let root: string;
  let file: string;
  const build = async (): Promise<void> => {
    await execa('sh', ['-c', await commandIn(root)], { env: { NODE: process.execPath } });
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'cephflow-image-'));
    file = join(root, 'etc/ssl/certs/ca-certificates.crt');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('trusts public authorities on a base without any, so that Temporal can be reached by TLS', async () => {
    await build();
    const certificates = (await readFile(file, 'utf8')).split(/(?<=-----END CERTIFICATE-----)\n/);
    expect(certificates.length).toBeGreaterThan(50);
    expect(certificates.filter((text) => text.trim() !== '' && !new X509Certificate(text).ca)).toEqual([]);
  });

  it("keeps the base's own authorities", async () => {
    await build();
    await writeFile(file, 'ours');
    await build();
    expect(await readFile(file, 'utf8')).toBe('ours');
  });
});
