import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOsdState } from '../../src/ceph/admin-socket.ts';
import { askDaemon } from '../../src/ceph/ask-daemon.ts';

const framed = (text: string): Buffer => {
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};

describe('a question through an admin socket', () => {
  let directory: string;
  let server: Server;
  let asked: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'asok-'));
    asked = '';
  });
  afterEach(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  const listen = (answer: string): Promise<void> => {
    server = createServer((socket) =>
      socket.on('data', (data) => {
        asked += data.toString('utf8');
        // In two parts, as a long answer comes.
        if (asked.endsWith('\0'))
          socket.write(framed(answer).subarray(0, 7), () => socket.end(framed(answer).subarray(7)));
      }),
    );
    return new Promise((resolve) => server.listen(join(directory, 'ceph-osd.3.asok'), resolve));
  };

  it('is answered with the JSON of the daemon, however long it is', async () => {
    // 194 and 128 as length bytes would be one character of text.
    const long = 'ä'.repeat(0xc280 / 2);
    await listen(JSON.stringify({ fsid: long }));
    const answer = await askDaemon(join(directory, 'ceph-osd.3.asok'), { prefix: 'config get', var: 'fsid' });
    expect(answer).toEqual({ fsid: long });
    expect(asked).toBe('{"prefix":"config get","var":"fsid","format":"json"}\0');
  });

  it('tells the state of an OSD by its own word', async () => {
    await listen('{"state": "booting", "whoami": 3}');
    expect(await readOsdState(directory, 3)).toBe('booting');
  });

  it.each([
    ['no JSON', 'ERROR: -22'],
    ['no state', '{}'],
  ])('is not known where the answer is %s', async (_, answer) => {
    await listen(answer);
    expect(await readOsdState(directory, 3)).toBeUndefined();
  });

  it('is not answered where there is no socket, or only its file', async () => {
    await listen('{}');
    expect(await readOsdState(directory, 4)).toBeUndefined();
    await writeFile(join(directory, 'ceph-osd.5.asok'), '');
    expect(await readOsdState(directory, 5)).toBeUndefined();
  });
});
