import { readdir, readFile } from 'node:fs/promises';

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENXIO', 'ENODEV', 'EACCES', 'EPERM', 'EINVAL', 'EIO']);

/** The `code` of a system error, e.g. `EBUSY`; anything else as text. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);

async function unlessAbsent<T>(read: Promise<T>, absent: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (ABSENT.has(errorCode(error))) return absent;
    throw error;
  }
}

/** Text of a kernel file, trimmed; `null` where it is absent, empty or not answered (many attributes exist only for some drivers). */
export async function readText(path: string): Promise<string | null> {
  const text = await unlessAbsent(readFile(path, 'utf8'), '');
  // Some drivers pad with NUL bytes and blanks.
  return text.replaceAll('\0', '').trim() || null;
}

/** Bytes of a kernel file; `null` where it is absent. */
export const readBytes = (path: string): Promise<Buffer | null> => unlessAbsent(readFile(path), null);

/** Names in a directory, sorted; none where it is absent. */
export const listNames = async (path: string): Promise<string[]> => (await unlessAbsent(readdir(path), [])).sort();
