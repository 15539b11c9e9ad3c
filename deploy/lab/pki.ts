import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addresses, labPaths, network } from './paths.ts';
import { run } from './run.ts';

export function pkiFile(name: string): string {
  return join(labPaths().state, 'pki', name);
}

type Certificate = { name: string; subject: string; extensions: string[]; signed: boolean };

/** Makes the lab's certificate authority, the API server's certificates and the key of service accounts. Idempotent. */
export async function ensurePki(): Promise<void> {
  await mkdir(pkiFile(''), { recursive: true, mode: 0o700 });
  await ensureCertificate({
    name: 'ca',
    subject: '/CN=cephflow-lab',
    extensions: ['basicConstraints=critical,CA:TRUE'],
    signed: false,
  });
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'].map(
    (name) => `DNS:${name}`,
  );
  const ips = [network.machineAddress, '127.0.0.1', '10.96.0.1'].map((ip) => `IP:${ip}`);
  await ensureCertificate({
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    extensions: [`subjectAltName=${[...names, ...ips].join(',')}`],
    signed: true,
  });
  await ensureCertificate({
    name: 'apiserver-kubelet',
    subject: '/O=system:masters/CN=apiserver-kubelet',
    extensions: [],
    signed: true,
  });
  await ensureServiceAccountKey();
}

/**
 * Writes a kubeconfig that carries a client certificate of its own. Certificates, not static tokens, because the
 * API server reads a token file only at its start, and nodes are added while it runs. Idempotent.
 */
export async function ensureKubeconfig(file: string, user: { name: string; groups: string[] }): Promise<void> {
  if (existsSync(file)) return;
  const certificate = `client-${user.name.replaceAll(':', '-')}`;
  const subject = `${user.groups.map((group) => `/O=${group}`).join('')}/CN=${user.name}`;
  await ensureCertificate({ name: certificate, subject, extensions: [], signed: true });
  const data = async (name: string): Promise<string> => (await readFile(pkiFile(name))).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: addresses.api, 'certificate-authority-data': await data('ca.crt') } }],
    users: [
      {
        name: user.name,
        user: {
          'client-certificate-data': await data(`${certificate}.crt`),
          'client-key-data': await data(`${certificate}.key`),
        },
      },
    ],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: user.name } }],
    'current-context': 'lab',
  };
  await writeFile(`${file}.new`, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function ensureCertificate(certificate: Certificate): Promise<void> {
  const target = pkiFile(`${certificate.name}.crt`);
  if (existsSync(target)) return;
  const key = pkiFile(`${certificate.name}.key`);
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
  args.push('-subj', certificate.subject, '-keyout', key, '-out', `${target}.new`);
  if (certificate.signed) {
    args.push('-CA', pkiFile('ca.crt'), '-CAkey', pkiFile('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE');
  }
  for (const extension of certificate.extensions) args.push('-addext', extension);
  await run('openssl', args);
  await chmod(key, 0o600);
  await rename(`${target}.new`, target);
}

async function ensureServiceAccountKey(): Promise<void> {
  const key = pkiFile('service-accounts.key');
  if (existsSync(key)) return;
  // The older "EC PRIVATE KEY" form: the API server finds no public key in a PKCS#8 file.
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${key}.new`]);
  await chmod(`${key}.new`, 0o600);
  await rename(`${key}.new`, key);
}
