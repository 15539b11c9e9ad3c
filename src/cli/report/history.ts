import { redact, redactValue } from '../../redact.ts';

/**
 * Redacts a history in the JSON form of protobuf, inside of its payloads too: they are base64, where no pattern finds a secret. What it
 * answers can still be replayed, since no field is taken away.
 */
export function redactHistory(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactHistory);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, redactHistory(field)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(fields);
  return isPayload(copy) ? { ...copy, data: redactData(copy.data) } : copy;
}

interface Payload {
  metadata: { encoding: string };
  data: string;
}

const isPayload = (value: Record<string, unknown>): value is Record<string, unknown> & Payload => {
  const { metadata, data } = value;
  return typeof data === 'string' && typeof metadata === 'object' && metadata !== null && 'encoding' in metadata;
};

function redactData(data: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const redacted = redactText(text);
  return redacted === text ? data : Buffer.from(redacted).toString('base64');
}

/** JSON stays JSON. What is no text at all comes back changed, and is then compared and replaced as such. */
function redactText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const redacted = JSON.stringify(redactValue(value));
    return redacted === JSON.stringify(value) ? text : redacted;
  } catch {
    return redact(text);
  }
}
