import { redact } from '../../src/redact.ts';

const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;

/**
 * Places of a JSON value whose text a redaction would change, payloads decoded. A history that has any must never be stored: it would
 * lie in the repository for good.
 */
export function secretPlaces(value: unknown, place = '$'): string[] {
  if (typeof value === 'string') return hasSecret(value) ? [place] : [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => secretPlaces(entry, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => secretPlaces(entry, `${place}.${key}`));
}

function hasSecret(text: string): boolean {
  if (redact(text) !== text) return true;
  if (!BASE64.test(text)) return false;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return redact(decoded) !== decoded;
}
