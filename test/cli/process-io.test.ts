import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const MODULE = fileURLToPath(new URL('../../src/cli/process-io.ts', import.meta.url));
const ASK = `
  const { processIo } = await import(process.argv[1]);
  const answer = await processIo().ask('Sure? ').catch((error) => error.constructor.name);
  console.log('answer: ' + answer);
`;

/** Asks in a process of its own; `act` is called once the question stands there. */
async function askInProcess(act: (child: ReturnType<typeof start>) => void): Promise<string> {
  const child = start();
  child.stderr.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('Sure?')) act(child);
  });
  return (await child).stdout;
}

const start = () =>
  execa(process.execPath, ['--input-type=module', '--eval', ASK, MODULE], {
    stdin: 'pipe',
    buffer: true,
    timeout: 15_000,
  });

describe('question on a terminal', () => {
  it('takes one line as the answer', async () => {
    expect(await askInProcess((child) => child.stdin.write('rook-ceph\n'))).toBe('answer: rook-ceph');
  });

  it('ends on Ctrl-C that comes as a signal, instead of staying open', async () => {
    expect(await askInProcess((child) => child.kill('SIGINT'))).toBe('answer: Interrupted');
  });

  it('counts the end of input as no answer', async () => {
    expect(await askInProcess((child) => child.stdin.end())).toBe('answer: Interrupted');
  });
});

describe('output', () => {
  const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const TALK = `
    const { processIo } = await import(process.argv[1]);
    const io = processIo();
    for (let line = 0; line < 200; line += 1) await new Promise((done) => setImmediate(() => done(io.err('talk'))));
    io.out('data');
  `;

  it('that its reader closed ends the command quietly', async () => {
    const script = '"$0" "$1" --help | true; echo "codes: ${PIPESTATUS[*]}"';
    const { stdout, stderr } = await execa('bash', ['-c', script, process.execPath, MAIN], { timeout: 15_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'codes: 141 0', stderr: '' });
  });

  it('still comes where only the talk is not read any more', async () => {
    const script = '"$0" --input-type=module --eval "$1" "$2" 2> >(true)';
    const { stdout } = await execa('bash', ['-c', script, process.execPath, TALK, MODULE], { timeout: 15_000 });
    expect(stdout).toBe('data');
  });
});
