import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  loadClientConfigProfile,
  toClientOptions,
  type ClientConfigTLS,
  type ConfigDataSource,
} from '@temporalio/envconfig';

type ConnectionOptions = ReturnType<typeof toClientOptions>['connectionOptions'];

export interface TemporalSettings extends ConnectionOptions {
  address: string;
  namespace: string;
}

interface SettingsPlace {
  environment: Record<string, string | undefined>;
  /** Of the configuration file. */
  profile?: string | undefined;
}

/**
 * Where Temporal is and how it is reached, by its standard environment variables over its configuration file. What could never work is
 * found here, because a connection that fails for it does not say why.
 * @throws Error with one sentence that names the variable
 */
export function readTemporalSettings({ profile: name, environment }: SettingsPlace): TemporalSettings {
  const profile = loadClientConfigProfile({
    overrideEnvVars: environment as Record<string, string>,
    ...(name === undefined ? {} : { profile: name }),
  });
  if (profile.tls !== undefined && profile.tls.disabled !== true) requireUsable(profile.tls);
  const { connectionOptions, namespace } = toClientOptions(profile);
  return {
    ...connectionOptions,
    // A file that a Secret was made from ends with a line break, which no header may hold.
    apiKey: connectionOptions.apiKey?.trim(),
    address: connectionOptions.address ?? 'localhost:7233',
    namespace: namespace ?? 'default',
  };
}

const CLIENT_CERTIFICATE = 'TEMPORAL_TLS_CLIENT_CERT';
const CLIENT_KEY = 'TEMPORAL_TLS_CLIENT_KEY';
const SERVER_AUTHORITY = 'TEMPORAL_TLS_SERVER_CA_CERT';

function requireUsable({ clientCert, clientKey, serverCACert }: ClientConfigTLS): void {
  if (serverCACert !== undefined) certificateIn(serverCACert, SERVER_AUTHORITY);
  // One without the other is passed over by the client library: the server would only say that a certificate is missing.
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    const [given, missing] =
      clientKey === undefined ? [CLIENT_CERTIFICATE, CLIENT_KEY] : [CLIENT_KEY, CLIENT_CERTIFICATE];
    throw new Error(`${given}_PATH (or _DATA) is set without ${missing}_PATH (or _DATA); they belong together.`);
  }
  if (clientCert === undefined || clientKey === undefined) return;
  const certificate = certificateIn(clientCert, CLIENT_CERTIFICATE);
  const key = parsed(clientKey, CLIENT_KEY, 'private key', createPrivateKey);
  if (!certificate.checkPrivateKey(key))
    throw new Error(`The private key in ${CLIENT_KEY}_* is not that of the certificate in ${CLIENT_CERTIFICATE}_*.`);
}

const certificateIn = (source: ConfigDataSource, variable: string): X509Certificate =>
  parsed(source, variable, 'certificate', (text) => new X509Certificate(text));

function parsed<T>(source: ConfigDataSource, variable: string, kind: string, parse: (text: Buffer) => T): T {
  const text = textOf(source, variable);
  try {
    return parse(text);
  } catch (cause) {
    const where = 'path' in source ? `${variable}_PATH names ${source.path}, which` : `${variable}_DATA`;
    throw new Error(`${where} holds no ${kind} in PEM form.`, { cause });
  }
}

function textOf(source: ConfigDataSource, variable: string): Buffer {
  if (!('path' in source)) return Buffer.from(source.data);
  try {
    return readFileSync(source.path);
  } catch (cause) {
    const because = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(`${variable}_PATH names ${source.path}, which cannot be read (${because}).`, { cause });
  }
}
