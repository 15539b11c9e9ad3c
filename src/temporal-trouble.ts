import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TemporalSettings } from './temporal-settings.ts';

/**
 * Why a connection to Temporal cannot be had. `silent`: nobody answers there now, which may pass by itself. `refused`: somebody answers, and
 * it will stay so until a setting is changed.
 */
export interface TemporalTrouble {
  kind: 'silent' | 'refused';
  /** Goes on after "Temporal at <address>". Names the setting to look at. */
  sentence: string;
}

/** What one connection of our own met: a reason by Node's code, or the first byte of the answer. */
interface Met {
  code: string;
  /** Names that the server's certificate has. */
  names?: string | undefined;
  firstByte?: number;
  /** With TLS: how far the handshake came before that. */
  handshake?: 'done' | 'not-done';
}

const LOOK_MILLISECONDS = 3000;
/** What every HTTP/2 client says first, with an empty SETTINGS frame: a server that takes it answers with its own. */
const HTTP2_GREETING = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const TLS_ALERT = 0x15;

/**
 * Looks with a connection of its own, because the client libraries say the same of most causes ("transport error", "failed to connect before
 * the deadline"). Sends nothing secret but the client certificate that is set.
 */
export async function temporalTrouble(settings: TemporalSettings, error: unknown): Promise<TemporalTrouble> {
  const told = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  // Words of the worker's native client; the other one has numbers, which the commands read.
  if (/valid authentication credentials|not have permission/.test(told)) return refused(`${CREDENTIALS} (${told}).`);
  // Programs differ in which authorities they trust beside those that are set.
  if (/UnknownIssuer/.test(told)) return refused(AUTHORITY);
  const met = await look(settings);
  const known = settings.tls ? whyNoTls(met, settings) : await whyNotPlain(met, settings);
  return known ?? silentIfUnknown(met, told);
}

const CREDENTIALS = 'refuses the credentials; look at TEMPORAL_API_KEY or TEMPORAL_TLS_CLIENT_CERT_*';
const AUTHORITY =
  "has a certificate of an authority that is not trusted here; set TEMPORAL_TLS_SERVER_CA_CERT_PATH (or _DATA) to that authority's certificate.";
const TLS_NEEDED =
  'speaks TLS; set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH (or _DATA) where its authority is your own.';
const NO_TLS =
  'does not speak TLS; take out TEMPORAL_TLS* (with TEMPORAL_API_KEY set TEMPORAL_TLS=false), or name its other port.';
const CLOSES =
  'takes connections and closes them without a word, as a load balancer or proxy does that does not reach Temporal; look whether Temporal runs behind it.';

const refused = (sentence: string): TemporalTrouble => ({ kind: 'refused', sentence });

function silentIfUnknown({ code, handshake }: Met, told: string): TemporalTrouble {
  if (code === 'CLOSED' || (code === 'ECONNRESET' && handshake === 'not-done'))
    return { kind: 'silent', sentence: CLOSES };
  if (code === 'ANSWERED') return { kind: 'silent', sentence: `does not answer as Temporal does (${told}).` };
  const sentence = `does not answer (${code}); look whether it runs and can be reached from here, or set another TEMPORAL_ADDRESS.`;
  return { kind: 'silent', sentence };
}

/** Go's TLS servers answer plain words by closing, and so does a proxy whose Temporal is down: only a handshake tells them apart. */
async function whyNotPlain({ firstByte, code }: Met, settings: TemporalSettings): Promise<TemporalTrouble | undefined> {
  if (firstByte === TLS_ALERT) return refused(TLS_NEEDED);
  if (code !== 'CLOSED') return undefined;
  const met = await look({ ...settings, tls: true }, 'any-certificate');
  return met.handshake === 'done' || met.code.includes('ALERT') ? refused(TLS_NEEDED) : undefined;
}

/** Codes of OpenSSL as Node has them; an alert is what the server says of us. */
function whyNoTls({ code, names = '', handshake }: Met, { tls }: TemporalSettings): TemporalTrouble | undefined {
  const hasCertificate = typeof tls === 'object' && tls !== null && tls.clientCertPair !== undefined;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(code)) return refused(NO_TLS);
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)) return refused(AUTHORITY);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return refused(`has a certificate for other names (${names}); set TEMPORAL_TLS_SERVER_NAME to one of them.`);
  if (code === 'CERT_HAS_EXPIRED')
    return refused('has a certificate that has expired; whoever runs it has to renew it.');
  if (!code.includes('ALERT') && !(handshake === 'done' && /ECONNRESET|CLOSED|EPIPE/.test(code))) return undefined;
  if (!hasCertificate)
    return refused(
      'wants a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH (or _DATA).',
    );
  return refused(
    `refuses the client certificate (${code}); look whether the one in TEMPORAL_TLS_CLIENT_CERT_* is still valid and of an authority that the server trusts.`,
  );
}

type ConnectError = NodeJS.ErrnoException & { cert?: { subjectaltname?: string } };

/** Connects, greets, and waits for the first word, the end, or the deadline: with TLS 1.3 a server refuses a certificate after it all. */
function look(
  { address, tls }: TemporalSettings,
  trust: 'any-certificate' | 'checked-certificate' = 'checked-certificate',
): Promise<Met> {
  const { hostname, port } = new URL(`tcp://${address.includes('://') ? address.split('://')[1] : address}`);
  const where = { host: hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port || 7233) };
  return new Promise((resolve) => {
    const rejectUnauthorized = trust === 'checked-certificate';
    const socket = tls
      ? connectTls({ ...where, ...tlsOptions(tls, where.host), rejectUnauthorized })
      : connectPlain(where);
    let handshake: Met['handshake'] = 'not-done';
    const end = (met: Met): void => {
      resolve(tls ? { ...met, handshake } : met);
      socket.destroy();
    };
    socket.setTimeout(LOOK_MILLISECONDS, () => end({ code: 'ETIMEDOUT' }));
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      handshake = 'done';
      socket.write(HTTP2_GREETING);
    });
    socket.once('data', (bytes) => end({ code: 'ANSWERED', ...(tls ? {} : { firstByte: bytes[0] }) }));
    socket.once('end', () => end({ code: 'CLOSED' }));
    (socket as Socket).on('error', (error: ConnectError) => {
      end({ code: error.code ?? 'FAILED', names: error.cert?.subjectaltname });
    });
  });
}

function tlsOptions(tls: NonNullable<TemporalSettings['tls']>, host: string): object {
  const given = typeof tls === 'object' ? tls : {};
  const name = given.serverNameOverride ?? host;
  return {
    ALPNProtocols: ['h2'],
    // An address is no name for the extension; it is compared with the certificate all the same.
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(given.serverRootCACertificate ? { ca: Buffer.from(given.serverRootCACertificate) } : {}),
    ...(given.clientCertPair
      ? { cert: Buffer.from(given.clientCertPair.crt), key: Buffer.from(given.clientCertPair.key) }
      : {}),
  };
}
