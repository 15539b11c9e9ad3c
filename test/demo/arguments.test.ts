import { describe, expect, it } from 'vitest';
import { demoProgram } from '../../deploy/demo/arguments.ts';

const parsed = (...args: string[]) =>
  demoProgram()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(args, { from: 'user' })
    .opts();

describe('the arguments of the demo', () => {
  it('ask for the demo itself, for day 2 or for its end', () => {
    expect(parsed()).toEqual({});
    expect(parsed('--day2')).toEqual({ day2: true });
    expect(parsed('--down')).toEqual({ down: true });
  });

  it('never ask for day 2 and the end at once, nor for what it does not know', () => {
    expect(() => parsed('--day2', '--down')).toThrow(/cannot be used with/);
    expect(() => parsed('--day3')).toThrow(/unknown option/);
  });
});
