import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import type { GlobalOptions } from '../../src/cli/options.ts';
import { connectToTemporal } from '../../src/cli/temporal-client.ts';
import { readTemporalSettings } from '../../src/temporal-settings.ts';
import { temporalTrouble } from '../../src/temporal-trouble.ts';
import { connectTemporal } from '../../worker/temporal-connection.ts';
import { missingServer, temporalProgram } from '../workflows/rig.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { apiKeyFront, certificateFront, type Front } from './tls-fronts.ts';

type Environment = Record<string, string>;

const API_KEY = 'a-key-of-the-test';

describe.skipIf(missingServer !== undefined)('Temporal behind TLS', { timeout: 60_000 }, () => {
  let temporal: TestWorkflowEnvironment;
  let certificates: Certificates;
  let byCertificate: Front;
  let byApiKey: Front;
  let plainPort: number;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
    const executable = { type: 'existing-path' as const, path: temporalProgram };
    [temporal, certificates] = await Promise.all([
      TestWorkflowEnvironment.createLocal({ server: { executable } }),
      makeCertificates(),
    ]);
    plainPort = Number(temporal.address?.split(':')[1]);
    byCertificate = await certificateFront(plainPort, certificates);
    byApiKey = await apiKeyFront(plainPort, API_KEY, certificates);
  }, 60_000);

  afterAll(async () => {
    byCertificate.close();
    byApiKey.close();
    await temporal.teardown();
    await rm(certificates.directory, { recursive: true });
  });

  /** Variables of a client that is welcome, with changes; an empty one is left out. */
  const withCertificate = (changes: Environment = {}): Environment =>
    notEmpty({
      TEMPORAL_ADDRESS: `localhost:${byCertificate.port}`,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.file('ours.crt'),
      TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.file('client.crt'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.file('client.key'),
      ...changes,
    });
  const withApiKey = (changes: Environment = {}): Environment =>
    notEmpty({
      TEMPORAL_ADDRESS: `localhost:${byApiKey.port}`,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.file('ours.crt'),
      TEMPORAL_API_KEY: API_KEY,
      ...changes,
    });
  const stranger = () => ({
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.file('stranger.crt'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.file('stranger.key'),
  });
  const asData = async (): Promise<Environment> => ({
    TEMPORAL_ADDRESS: `localhost:${byCertificate.port}`,
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: await certificates.text('ours.crt'),
    TEMPORAL_TLS_CLIENT_CERT_DATA: await certificates.text('client.crt'),
    TEMPORAL_TLS_CLIENT_KEY_DATA: await certificates.text('client.key'),
  });

  it('is reached by workers and commands with a client certificate, from files and from data', async () => {
    for (const environment of [withCertificate(), await asData()])
      expect(await serverVersions(environment)).toEqual([expect.stringMatching(/^1\./), expect.stringMatching(/^1\./)]);
  });

  it('is reached under another name that its certificate has', async () => {
    const other = withCertificate({
      TEMPORAL_ADDRESS: `127.0.0.1:${byCertificate.port}`,
      TEMPORAL_TLS_SERVER_NAME: 'temporal.test',
    });
    await expect(serverVersions(other)).resolves.toHaveLength(2);
  });

  it('is reached by workers and commands with an API key', async () => {
    await expect(serverVersions(withApiKey())).resolves.toHaveLength(2);
  });

  const mistakes: [string, () => Environment, RegExp][] = [
    [
      'no client certificate',
      () => withCertificate({ TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }),
      /wants a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH/,
    ],
    [
      'a certificate of a stranger',
      () => withCertificate(stranger()),
      /refuses the client certificate .*TEMPORAL_TLS_CLIENT_CERT_/,
    ],
    [
      'the wrong authority',
      () => withCertificate({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.file('others.crt') }),
      /authority that is not trusted here; set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'no authority',
      () => withApiKey({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
      /authority that is not trusted here; set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'a name that the certificate does not have',
      () => withCertificate({ TEMPORAL_TLS_SERVER_NAME: 'elsewhere.test' }),
      /certificate for other names \(.*DNS:temporal.test\); set TEMPORAL_TLS_SERVER_NAME/,
    ],
    [
      'no TLS at all',
      () => ({ TEMPORAL_ADDRESS: `localhost:${byCertificate.port}` }),
      /speaks TLS; set TEMPORAL_TLS=true/,
    ],
    [
      'TLS where there is none',
      () => withCertificate({ TEMPORAL_ADDRESS: `localhost:${plainPort}` }),
      /does not speak TLS; take out TEMPORAL_TLS/,
    ],
    ['no API key', () => withApiKey({ TEMPORAL_API_KEY: '' }), /refuses the credentials.* TEMPORAL_API_KEY/],
    [
      'the wrong API key',
      () => withApiKey({ TEMPORAL_API_KEY: 'another' }),
      /refuses the credentials.* TEMPORAL_API_KEY/,
    ],
  ];

  // Side by side, because commands wait four seconds for an answer.
  it.concurrent.each(mistakes)(
    'says in one sentence which setting to look at: %s',
    async (_, environment, sentence) => {
      const said: string[] = [];
      const options = { environment: environment(), refusedSeconds: 0 };
      await expect(connectTemporal((told) => said.push(told), options)).rejects.toThrowError(sentence);
      expect(said).toEqual([expect.stringMatching(sentence)]);
      expect(said[0]).toMatch(/^Temporal at \S+:\d+ [^\n]+\.$/);
      await expect(command(environment())).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringMatching(sentence),
      });
      expect(said.join()).not.toContain(API_KEY);
    },
  );

  it.each([
    ['without TLS', () => ({})],
    ['with TLS', () => withCertificate({})],
  ])('behind something that only closes connections is waited for: %s', async (_, environment) => {
    const proxy = createServer((socket) => socket.end());
    const TEMPORAL_ADDRESS = `localhost:${await portOf(proxy)}`;
    const settings = readTemporalSettings({ environment: { ...environment(), TEMPORAL_ADDRESS } });
    expect(await temporalTrouble(settings, new Error('transport error'))).toEqual({
      kind: 'silent',
      sentence: expect.stringMatching(/closes them without a word.*; look whether Temporal runs behind it/),
    });
    proxy.close();
  });

  it('that closes on plain words, as those in Go do, is known by its handshake', async () => {
    const HANDSHAKE = 0x16;
    const strict = createServer((socket) => {
      socket.once('data', (bytes) => {
        if (bytes[0] !== HANDSHAKE) return void socket.end();
        const inside = connect(byCertificate.port, '127.0.0.1', () => inside.write(bytes));
        socket.pipe(inside).pipe(socket);
      });
      socket.on('error', () => {});
    });
    const settings = readTemporalSettings({ environment: { TEMPORAL_ADDRESS: `localhost:${await portOf(strict)}` } });
    expect(await temporalTrouble(settings, new Error('transport error'))).toEqual({
      kind: 'refused',
      sentence: expect.stringContaining('speaks TLS; set TEMPORAL_TLS=true'),
    });
    strict.close();
  });

  it('that is not there is waited for, and named with its address each time', async () => {
    const said: string[] = [];
    const front = await certificateFront(plainPort, certificates);
    const environment = withCertificate({ TEMPORAL_ADDRESS: `localhost:${front.port}` });
    front.close();
    const late: Front[] = [];
    const { connection } = await connectTemporal(
      (told) => {
        said.push(told);
        if (said.length === 1)
          void certificateFront(plainPort, certificates, { port: front.port }).then((one) => late.push(one));
      },
      { environment, refusedSeconds: 0 },
    );
    await connection.close();
    late.forEach((one) => one.close());
    expect(said[0]).toMatch(/^Temporal at localhost:\d+ does not answer \(ECONNREFUSED\); look whether it runs/);
  });
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const notEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

const command = (environment: Environment) => {
  const options: GlobalOptions = { output: 'table', color: 'never' };
  return connectToTemporal(options, { environment, user: 'test' } as unknown as Io);
};

/** What the server says of itself to a worker and to a command. */
async function serverVersions(environment: Environment): Promise<string[]> {
  const { connection } = await connectTemporal(
    (sentence) => {
      throw new Error(sentence);
    },
    { environment },
  );
  const asWorker = (await connection.workflowService.getSystemInfo({})).serverVersion ?? '';
  await connection.close();
  const port = await command(environment);
  const asCommand = await port.serverVersion();
  await port.close();
  return [asWorker, asCommand];
}
