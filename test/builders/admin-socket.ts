import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AdminSockets {
  /** `dataDirHostPath` of the host that has these sockets. */
  dataDir: string;
  /** Makes a daemon listen (`ceph-mgr.a`). It answers each command as given; what it does not know is an error in prose. */
  listen(daemon: string, answers: Record<string, unknown>): Promise<void>;
  /** Commands that were asked, `ceph-mgr.a help`. */
  asked: string[];
  /** The daemon ends and leaves its socket's file, as after a kill. */
  kill(daemon: string): Promise<void>;
  close(): Promise<void>;
}

const framed = (text: string): Buffer => {
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};

/** A host's directory of admin sockets with daemons that speak their protocol: request up to NUL, answer after its length. */
export async function adminSockets(): Promise<AdminSockets> {
  const dataDir = await mkdtemp(join(tmpdir(), 'asok-'));
  const directory = join(dataDir, 'exporter');
  await mkdir(directory);
  const asked: string[] = [];
  const daemons = new Map<string, { answers: Record<string, unknown>; close: () => Promise<void> }>();

  const start = async (daemon: string): Promise<() => Promise<void>> => {
    const server = createServer((socket) => {
      let request = '';
      socket.on('data', (data) => {
        request += data.toString('utf8');
        if (!request.endsWith('\0')) return;
        const { prefix } = JSON.parse(request.slice(0, -1)) as { prefix: string };
        asked.push(`${daemon} ${prefix}`);
        const answer = daemons.get(daemon)?.answers[prefix];
        socket.end(framed(answer === undefined ? 'ERROR: (22) Invalid argument\n' : JSON.stringify(answer)));
      });
    });
    await new Promise<void>((resolve) => server.listen(join(directory, `${daemon}.asok`), resolve));
    return () => new Promise((resolve) => server.close(() => resolve()));
  };

  return {
    dataDir,
    asked,
    listen: async (daemon, answers) => {
      const close = daemons.get(daemon)?.close ?? (await start(daemon));
      daemons.set(daemon, { answers, close });
    },
    kill: async (daemon) => {
      await daemons.get(daemon)?.close();
      daemons.delete(daemon);
    },
    close: async () => {
      for (const { close } of daemons.values()) await close();
      await rm(dataDir, { recursive: true });
    },
  };
}
