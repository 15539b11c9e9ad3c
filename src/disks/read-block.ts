import type { FileHandle } from 'node:fs/promises';
import { execa } from 'execa';
import { inherit } from './inherit.ts';
import type { ReadBlock } from './label-places.ts';
import { endsInTime, READ_SECONDS } from './silence.ts';

const DIRECT_BLOCK_BYTES = 4096;

/**
 * Reads through the page cache: good enough to look, not to prove. One block after the other, because a read that hangs holds one of Node's few
 * threads.
 */
export function bufferedReader(handle: FileHandle): ReadBlock {
  let before: Promise<unknown> = Promise.resolve();
  return (offsetBytes, lengthBytes) => {
    const reading = before.then(async () => {
      const buffer = Buffer.alloc(lengthBytes);
      const { bytesRead } = await handle.read(buffer, 0, lengthBytes, offsetBytes);
      if (bytesRead < lengthBytes)
        throw new Error(`only ${bytesRead} of ${lengthBytes} bytes at ${offsetBytes} could be read`);
      return buffer;
    });
    before = reading;
    return reading;
  };
}

/**
 * Reads from the device itself (O_DIRECT), past the page cache. `dd` does it, because Node cannot align its buffers.
 * Blocks asked for together are read together. Offsets are multiples of 4096; a length may end with the device.
 */
export const directReader =
  (fd: number): ReadBlock =>
  async (offsetBytes, lengthBytes) => {
    const skip = offsetBytes / DIRECT_BLOCK_BYTES;
    const count = Math.ceil(lengthBytes / DIRECT_BLOCK_BYTES);
    const blocks = [`bs=${DIRECT_BLOCK_BYTES}`, `skip=${skip}`, `count=${count}`];
    const reading = execa('dd', ['if=/proc/self/fd/3', 'iflag=direct', ...blocks, 'status=none'], {
      stdio: ['ignore', 'pipe', 'pipe', inherit(fd)],
      encoding: 'buffer',
      env: { LC_ALL: 'C' },
    });
    const what = `reading ${lengthBytes} bytes at ${offsetBytes}`;
    const { stdout } = await endsInTime(what, READ_SECONDS, reading);
    const bytes = Buffer.from(stdout ?? []);
    if (bytes.length < lengthBytes)
      throw new Error(`only ${bytes.length} of ${lengthBytes} bytes at ${offsetBytes} could be read`);
    return bytes.subarray(0, lengthBytes);
  };
