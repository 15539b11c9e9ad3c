import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { runProgram } from '../../src/ceph/command.ts';

const shell = (script: string, timeoutSeconds = 20) => ({
  program: 'bash',
  args: ['-c', script],
  title: 'the script',
  timeoutSeconds,
});

/** A killed process whose parent has not asked for it yet still has a number, but does nothing any more. */
const runs = async (pid: string): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tgone');
  return !/^State:\s+(Z|gone)/m.test(status);
};

describe.concurrent('programs', () => {
  it('returns output and takes input', async () => {
    const result = await runProgram({ ...shell('cat; echo note >&2'), input: 'bytes' });
    expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([0, 'bytes', 'note\n']);
  });

  it('says which command failed, with the last line and never the arguments', async () => {
    await expect(runProgram(shell('echo first >&2; echo because of this >&2; exit 5'))).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/^"the script" ended with code 5: because of this\. /) as string,
    });
  });

  it('takes keys out of what it tells', async () => {
    const key = `AQ${'x'.repeat(36)}==`;
    const error: unknown = await runProgram(shell(`echo "bad key ${key}" >&2; exit 1`)).catch(
      (thrown: unknown) => thrown,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(key);
  });

  it('takes exit codes that are answers as answers', async () => {
    expect((await runProgram({ ...shell('exit 17'), answers: [0, 17] })).exitCode).toBe(17);
  });

  it('ends the whole group in time, also what ignores SIGTERM', async () => {
    const started = performance.now();
    const script = 'trap "" TERM; (trap "" TERM; echo $BASHPID >&2; sleep 60) & sleep 60; wait';
    const error = await runProgram(shell(script, 3)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'COMMAND_TIMED_OUT' });
    expect(performance.now() - started).toBeLessThan(12_000);
    const { details } = error as { details: { output: string } };
    const [pid = ''] = details.output.trim().split('\n');
    expect(pid).toMatch(/^\d+$/);
    await vi.waitFor(async () => expect(await runs(pid)).toBe(false), { timeout: 5000 });
  });

  it('leaves behind what no signal ends, as a command that hangs in the kernel, and says so', async () => {
    // Out of the group and with the output still open: for whoever waits, it does not end.
    const running = runProgram(shell('setsid sleep 30 & echo $! >&2; wait', 1));
    await expect(running).rejects.toMatchObject({
      code: 'COMMAND_TIMED_OUT',
      message: expect.stringContaining('not when it was killed either') as string,
    });
  }, 20_000);

  it('throws the reason of the one who cancels', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the server');
    setTimeout(() => controller.abort(reason), 200);
    await expect(runProgram({ ...shell('sleep 60'), signal: controller.signal })).rejects.toBe(reason);
  });

  it('says that the image lacks a program', async () => {
    await expect(runProgram({ ...shell(''), program: 'no-such-program-anywhere' })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('the image has no such program') as string,
    });
  });
});
