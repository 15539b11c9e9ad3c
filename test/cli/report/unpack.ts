import { gunzipSync } from 'node:zlib';

/** Files of a report by their path below its folder. */
export function unpack(archive: Uint8Array): Record<string, string> {
  const bytes = gunzipSync(archive);
  const files: Record<string, string> = {};
  for (let at = 0; bytes[at] !== 0;) {
    const field = (from: number, length: number): string =>
      bytes.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12), 8);
    const prefix = field(345, 155);
    const path = `${prefix}${prefix === '' ? '' : '/'}${field(0, 100)}`;
    files[path.slice(path.indexOf('/') + 1)] = bytes.toString('utf8', at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
