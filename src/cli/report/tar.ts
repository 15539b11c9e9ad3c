/** One file of an archive. `path` has slashes. */
export interface TarFile {
  path: string;
  content: Uint8Array;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
/** Offset and length of the checksum in a header; counted as blanks while it is computed. */
const CHECKSUM = { at: 148, bytes: 8 };

/**
 * A tar archive in the ustar form of POSIX.1-1988: regular files of mode 0600, no owner. `modified` is in seconds since the epoch.
 * Nothing is compressed. A path is at most 255 bytes, of which 100 behind a slash.
 */
export function tarOf(files: readonly TarFile[], modified: number): Uint8Array {
  const parts = files.flatMap(({ path, content }) => [
    headerOf(path, content.length, modified),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(path: string, sizeBytes: number, modified: number): Uint8Array {
  const { prefix, name } = splitPath(path);
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): void => void header.write(text, at, 'utf8');
  put(name, 0);
  put(octal(0o600, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(sizeBytes, 12), 124);
  put(octal(Math.floor(modified), 12), 136);
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.bytes);
  put('0', 156);
  put('ustar\u000000', 257);
  put(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 7)}\0 `, CHECKSUM.at);
  return header;
}

/** Fields are zero-terminated. */
const octal = (value: number, bytes: number): string => value.toString(8).padStart(bytes - 1, '0');

function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= PREFIX_BYTES) return { prefix, name };
  }
  throw new RangeError(`The path ${path} is too long for a tar archive.`);
}
