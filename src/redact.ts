/** Cephx keys as Ceph prints them: aes (40 characters from `AQ`) and aes256k (60 from `Ag`), base64. Source: facts of Ceph 16 to 20. */
const CEPHX_KEY = /\bA[Qg][A-Za-z0-9+/]{36,62}={0,2}/g;
const NAMED_SECRET = /("?(?:osd_key|cephx_secret|key|secret|password)"?\s*[:=]\s*"?)([^\s",}]{6,})/gi;

/** A JSON value may hold commas, spaces and escaped quotes. */
const QUOTED_SECRET = /("(?:osd_key|cephx_secret|key|secret|password)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** Takes keys and passwords out of text that a person will see. Used on every output of a command before it leaves the process. */
export const redact = (text: string): string =>
  text.replace(CEPHX_KEY, '[redacted]').replace(QUOTED_SECRET, '$1"[redacted]"').replace(NAMED_SECRET, '$1[redacted]');
