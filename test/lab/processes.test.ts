import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { until } from '../../deploy/lab/until.ts';
import { identityOf } from '../../deploy/lab/processes.ts';

describe('the identity of a process', () => {
  it('stays the same while the process lives, and is gone with it', async () => {
    const child = execa('sleep', ['60'], { reject: false });
    const pid = child.pid ?? 0;
    const first = identityOf(pid);
    expect(first).toMatchObject({ pid });
    expect(identityOf(pid)).toEqual(first);
    child.kill('SIGKILL');
    await child;
    expect(identityOf(pid)).toBeUndefined();
  });

  it('stays while another thread than the first one lives, which keeps the ports', async () => {
    const exitOfOneThread = 60;
    const script = `use threads; threads->create(sub { sleep 60 }); syscall(${exitOfOneThread}, 0);`;
    const child = execa('perl', ['-e', script], { reject: false });
    const pid = child.pid ?? 0;
    await until('the first thread is a zombie', 10, async () =>
      /State:\tZ/.test(await readFile(`/proc/${pid}/status`, 'utf8')),
    );
    expect(identityOf(pid)).toMatchObject({ pid });
    child.kill('SIGKILL');
    await child;
    expect(identityOf(pid)).toBeUndefined();
  });

  it('differs between two processes that were started one after the other', async () => {
    expect(identityOf(process.pid)?.startTicks).not.toBe(identityOf(1)?.startTicks);
    expect(identityOf(process.pid)?.bootId).toBe(identityOf(1)?.bootId);
  });

  it('is read rightly for a program whose name holds blanks and brackets', async () => {
    const script = 'process.title = "a) R 1 (b"; console.log("ready"); setInterval(() => {}, 1000);';
    const child = execa('node', ['--eval', script], { reject: false });
    await new Promise((resolve) => child.nodeChildProcess.stdout?.once('data', resolve));
    expect(identityOf(child.pid ?? 0)?.startTicks).toMatch(/^\d+$/);
    child.kill('SIGKILL');
    await child;
  });
});
