import { describe, expect, it } from 'vitest';
import { benchProgram, benchRequest, type BenchRequest } from '../../deploy/bench/arguments.ts';

const requested = (...args: string[]): BenchRequest =>
  benchRequest(
    benchProgram()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse(args, { from: 'user' }),
  );

describe('the arguments of the bench', () => {
  it('name what is measured', () => {
    expect(requested('add-disk', 'replace-disk', '-o', 'json')).toEqual({
      wanted: ['add-disk', 'replace-disk'],
      output: 'json',
    });
  });

  it('mean bootstrap, check-health and teardown where none is named', () => {
    expect(requested()).toEqual({ wanted: ['bootstrap', 'check-health', 'teardown'], output: 'table' });
  });

  it('are refused where nothing of that name is measured', () => {
    expect(() => requested('remove-disk')).toThrow(/Allowed choices are bootstrap, check-health, add-disk/);
  });
});
