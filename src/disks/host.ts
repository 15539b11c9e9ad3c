import { release } from 'node:os';
import { failure } from '../errors.ts';
import { readText } from './kernel-files.ts';

/** The host's identity: a reinstalled host under an old name has another one. `path` is the host's own file, not the container's. */
export async function readMachineId(path: string): Promise<string> {
  const id = await readText(path);
  if (!id) throw failure('INVALID_INPUT', `Cannot tell which host this is: ${path} is missing or empty`);
  return id;
}

/** `uname -r`; a container shares the kernel of its host. */
export const readKernelVersion = (): string => release();
