import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificates {
  directory: string;
  /** Path of `<name>.crt` or `<name>.key`. */
  file: (name: string) => string;
  text: (name: string) => Promise<string>;
}

/** Two authorities; a server (`localhost`, `temporal.test`) and a client of the first, and a client of the second, who is a stranger. */
export async function makeCertificates(): Promise<Certificates> {
  const directory = await mkdtemp(join(tmpdir(), 'cephflow-tls-'));
  const file = (name: string): string => join(directory, name);
  const make = async (name: string, extensions: string[], authority?: string): Promise<void> => {
    const signed = authority === undefined ? [] : ['-CA', file(`${authority}.crt`), '-CAkey', file(`${authority}.key`)];
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), ...signed],
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ]);
  };
  const leaf = 'basicConstraints=critical,CA:FALSE';
  await Promise.all(['ours', 'others'].map((name) => make(name, ['basicConstraints=critical,CA:TRUE'])));
  await make('server', [leaf, 'subjectAltName=DNS:localhost,DNS:temporal.test'], 'ours');
  await make('client', [leaf], 'ours');
  await make('stranger', [leaf], 'others');
  await writeFile(file('empty.crt'), 'no certificate');
  return { directory, file, text: (name) => readFile(file(name), 'utf8') };
}
