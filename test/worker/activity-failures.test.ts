import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { FailureDetails } from '../../src/contract/failure.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { ERRORS, failure, type ErrorCode } from '../../src/errors.ts';
import { activityFailures, toFailure } from '../../worker/activity-failures.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const KEY = 'AQBSZ1xlAAAAABAAx0hbyTsCmXhXGzRDLJp4mg==';
/** Tries of `code` until Temporal gives up; `forever` where it still goes on after very many. */
const triesOf = (code: ErrorCode): number | 'forever' => {
  for (let attempt = 1; attempt <= 10_000; attempt += attempt < 100 ? 1 : 1000)
    if ((toFailure(failure(code, 'x'), attempt) as ApplicationFailure).nonRetryable) return attempt;
  return 'forever';
};
const mapped = (error: unknown, attempt = 1): ApplicationFailure => {
  const thrown = toFailure(error, attempt);
  if (!(thrown instanceof ApplicationFailure)) throw new Error(`no ApplicationFailure: ${String(thrown)}`);
  return thrown;
};
const detailsOf = (thrown: ApplicationFailure): FailureDetails => (thrown.details as [FailureDetails])[0];

describe('an error of the catalogue', () => {
  it.each(CODES)('%s keeps code, class and the sentence with the next action', (code) => {
    const thrown = mapped(failure(code, 'Disk /dev/sdb of n1 is gone'));
    expect(thrown.type).toBe(code);
    expect(thrown.message).toBe(`Disk /dev/sdb of n1 is gone. ${ERRORS[code].next}`);
    expect(detailsOf(thrown)).toEqual({ class: ERRORS[code].class, findings: [] });
  });

  it('is tried again only where no person is needed, and then a bounded number of times', () => {
    const tries = Object.fromEntries(CODES.map((code) => [code, triesOf(code)]).filter(([, count]) => count !== 1));
    expect(tries).toEqual({
      COMMAND_FAILED: 5,
      FORBIDDEN: 5,
      COMMAND_TIMED_OUT: 5,
      DISK_BUSY: 5,
      KUBERNETES_UNREACHABLE: 'forever',
      OPERATION_HELD: 'forever',
    });
  });

  it('that waits for another operation is no alarm', () => {
    expect(mapped(failure('OPERATION_HELD', 'x')).category).toBe('BENIGN');
    expect(mapped(failure('COMMAND_FAILED', 'x')).category).not.toBe('BENIGN');
  });

  it('carries its findings', () => {
    const finding: Finding = { code: 'POD_SECURITY', severity: 'blocking', because: 'baseline', target: 'rook-ceph' };
    expect(detailsOf(mapped(failure('POD_SECURITY', 'x', { findings: [finding] }))).findings).toEqual([finding]);
  });

  it('carries the last 4 KB of output, and no key in it or in its message', () => {
    const output = `first line\n${'x'.repeat(5000)}\nkey = ${KEY}\nlast line`;
    const thrown = mapped(failure('COMMAND_FAILED', `ceph failed with ${KEY}`, { output }));
    const shown = detailsOf(thrown).output ?? '';
    expect(shown.length).toBeLessThanOrEqual(4096);
    expect(shown).toMatch(/last line$/);
    expect(shown).not.toContain('first line');
    expect(JSON.stringify(thrown)).not.toContain(KEY);
    expect(thrown.message).toContain('ceph failed with [redacted]');
  });

  it('does not show half a key where the output is cut', () => {
    for (let rest = 4090; rest >= 4040; rest -= 1) {
      const output = `${KEY}\n${'x'.repeat(rest)}`;
      expect(detailsOf(mapped(failure('COMMAND_FAILED', 'x', { output }))).output).not.toContain(KEY.slice(-12));
    }
  });

  it('shows no key in a finding either', () => {
    const findings: Finding[] = [
      { code: 'X', severity: 'warning', because: `Ceph says: bad key ${KEY}`, evidence: { said: KEY } },
    ];
    const thrown = mapped(failure('COMMAND_FAILED', 'x', { findings }));
    expect(JSON.stringify(thrown.details)).not.toContain(KEY);
  });
});

describe('an error that nobody foresaw', () => {
  it('is tried a few times, then shown as the bug it is', () => {
    const seen = [1, 4, 5, 6].map((attempt) => mapped(new TypeError('x is not a function'), attempt));
    expect(seen.map(({ type }) => type)).toEqual(['BUG', 'BUG', 'BUG', 'BUG']);
    expect(seen.map(({ nonRetryable }) => nonRetryable)).toEqual([false, false, true, true]);
    expect(detailsOf(seen[0] as ApplicationFailure)).toMatchObject({
      class: 'Bug',
      output: expect.stringContaining('TypeError'),
    });
  });

  it('shows no key, also where it is no Error', () => {
    for (const thrown of [new Error(`spawn --key=${KEY}`), `key ${KEY}`, { toString: () => KEY }])
      expect(JSON.stringify([mapped(thrown).message, mapped(thrown).details])).not.toContain(KEY);
  });
});

describe("Temporal's own failures", () => {
  it.each([
    new CancelledFailure('cancelled'),
    ApplicationFailure.nonRetryable('said already'),
    new CompleteAsyncError(),
    Object.assign(new Error('aborted'), { name: 'AbortError' }),
  ])('pass as they are: %s', (error) => {
    expect(toFailure(error, 9)).toBe(error);
  });
});

describe('the interceptor', () => {
  const logger = new DefaultLogger('ERROR');
  const running = (info: { attempt: number; heartbeatDetails?: unknown }, act: () => Promise<unknown>) =>
    new MockActivityEnvironment(info, { logger }).run(() => {
      const { execute } = activityFailures();
      if (execute === undefined) throw new Error('nothing is intercepted');
      return execute({ args: [], headers: {} }, act);
    });

  it('hands on what the activity answers', async () => {
    await expect(running({ attempt: 1 }, () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('counts the failures before that heartbeats told, and no attempt that was lost to a kill or an outage', async () => {
    const act = () => Promise.reject(failure('COMMAND_FAILED', 'x'));
    const after = (ownFailures: number) => ({ attempt: 40, heartbeatDetails: { says: 'started', ownFailures } });
    for (const info of [{ attempt: 40 }, { attempt: 40, heartbeatDetails: 'wiping: 80 %' }, after(3)])
      await expect(running(info, act)).rejects.toMatchObject({ type: 'COMMAND_FAILED', nonRetryable: false });
    await expect(running(after(4), act)).rejects.toMatchObject({ type: 'COMMAND_FAILED', nonRetryable: true });
  });
});
