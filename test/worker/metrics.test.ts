import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execaNode } from 'execa';
import { describe, expect, it, type TestContext } from 'vitest';
import { SECONDS_BUCKETS } from '../../src/contract/metrics.ts';
import { freePort, takenPort } from './free-port.ts';

interface Line {
  level: number;
  msg: string;
}

/** Starts a worker's process and reads its log up to the line that it works. */
async function startWith({ onTestFinished }: TestContext, address: string | undefined): Promise<Line[]> {
  const child = execaNode(join(import.meta.dirname, 'serve-metrics.ts'), {
    env: { METRICS_ADDRESS: address ?? '' },
    stdin: 'pipe',
    reject: false,
  });
  onTestFinished(async () => {
    child.stdin.end();
    await child;
  });
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (line.msg.startsWith('works')) return lines;
  }
  throw new Error(`it ended before it worked: ${JSON.stringify(lines)}`);
}

const ERROR = 50;

describe.concurrent('the metrics endpoint', () => {
  it('serves what was recorded under exactly its name, with buckets from half a second to an hour', async (test) => {
    const port = await freePort();
    await startWith(test, `127.0.0.1:${port}`);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const labels = 'operation="bootstrap",outcome="done"';
    expect(text).toContain(`cephflow_operation_seconds_count{${labels}} 1`);
    expect(text).toContain(`cephflow_operation_seconds_bucket{${labels},le="120"} 1`);
    const bounds = [...text.matchAll(/cephflow_operation_seconds_bucket\{[^}]*le="([\d.]+)"/g)].map(([, le]) =>
      Number(le),
    );
    expect(bounds).toEqual(SECONDS_BUCKETS);
  });

  it('is off unless it is asked for', async (test) => {
    expect((await startWith(test, undefined)).map(({ msg }) => msg)).toEqual(['works without metrics']);
  });

  it('that cannot be had is one clear sentence, and the worker works without', async (test) => {
    const { port, server } = await takenPort();
    const lines = await startWith(test, `127.0.0.1:${port}`);
    server.close();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: ERROR });
    expect(lines[0]?.msg).toContain(`Metrics are not served: 127.0.0.1:${port} is taken by another process.`);
    expect(lines[1]?.msg).toBe('works without metrics');
  });

  it('whose address is no address is named with the setting', async (test) => {
    const [refused] = await startWith(test, 'everywhere:9464');
    expect(refused?.msg).toContain('METRICS_ADDRESS is "everywhere:9464", which is not an IP address with a port');
  });
});
