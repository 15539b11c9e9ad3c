/** Cephx keys as Ceph prints them: aes (40 characters from `AQ`) and aes256k (60 from `Ag`), base64. Source: facts of Ceph 16 to 20. */
const CEPHX_KEY = /\bA[Qg][A-Za-z0-9+/]{36,62}={0,2}/g;
/** One that is cut off counts to the end of the text. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** A signed token (RFC 7519), as service accounts and Temporal Cloud have them: the header is JSON, so it starts with `{"`. */
const SIGNED_TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
const AUTHORIZATION = /(\bauthorization"?\s*[:=]\s*"?(?:[a-z]+\s+)?)[^\s",}]{6,}/gi;
/** "Bearer" is a word of sentences too, so what follows has to be longer than a word. */
const BEARER = /(\bbearer\s+)[\w~+/.=-]{16,}/gi;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"]{0,200}:)[^\s/@"]+@/gi;

const NAMED_SECRET =
  /("?(?:osd_key|cephx_secret|key|key-data|secret|password|passphrase|token)"?\s*[:=]\s*"?)([^\s",}]{6,})/gi;
const OPTION_SECRET = /(--[a-z-]{0,40}(?:key|secret|password|passphrase|token)\s+)[^\s"-][^\s"]{5,}/gi;

/** A JSON value may hold commas, spaces and escaped quotes. */
const QUOTED_SECRET =
  /("(?:osd_key|cephx_secret|key|key-data|secret|password|passphrase|token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

const REDACTED = '[redacted]';

/** Takes keys, tokens and passwords out of text that a person will see. Used on every output of a command before it leaves the process. */
export const redact = (text: string): string =>
  text
    .replace(PRIVATE_KEY, REDACTED)
    // Before keys: a part of a token may look like one, and the rest would stay.
    .replace(SIGNED_TOKEN, REDACTED)
    .replace(CEPHX_KEY, REDACTED)
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(URL_PASSWORD, `$1${REDACTED}@`)
    .replace(QUOTED_SECRET, `$1"${REDACTED}"`)
    .replace(NAMED_SECRET, `$1${REDACTED}`)
    .replace(OPTION_SECRET, `$1${REDACTED}`);

const SECRET_NAME = /(?:key|key-data|secret|password|passphrase|token)$/i;
/** Keys of labels and taints stand under the name `key` as well. */
const LABEL_KEY = /^[a-z.-]*kubernetes\.io\/[\w.-]+$/;

/**
 * The same for a JSON value, which stays valid JSON: every text of it, and as a whole what stands under a name that is one of a secret, also
 * as an environment variable (`{"name":"...","value":"..."}`).
 */
export function redactValue(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isSecret(name, value) ? REDACTED : redact(value);
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry, name));
  if (typeof value !== 'object' || value === null) return value;
  const variable = 'name' in value && typeof value.name === 'string' ? value.name : '';
  return Object.fromEntries(
    Object.entries(value).map(([field, entry]) => [
      redact(field),
      redactValue(entry, field === 'value' && variable !== '' ? variable : field),
    ]),
  );
}

const isSecret = (name: string, text: string): boolean =>
  SECRET_NAME.test(name) && text !== '' && !LABEL_KEY.test(text);
