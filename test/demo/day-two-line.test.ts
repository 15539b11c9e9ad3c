import { describe, expect, it } from 'vitest';
import { dayTwoLine } from '../../deploy/demo/report.ts';

const seen = { comparisons: 412, differences: 0, failures: 1, different: [] };

describe('the last line of day 2', () => {
  it('names the comparisons and ends with 0 differences', () => {
    expect(dayTwoLine(seen)).toMatch(/: 412 comparisons, 1 failed requests, 0 differences$/);
  });

  it('is none where a byte differs, or where nothing was compared', () => {
    expect(() => dayTwoLine({ ...seen, differences: 2, different: ['steady-7'] })).toThrow(
      /^2 of 412 comparisons .* in steady-7\./,
    );
    expect(() => dayTwoLine({ ...seen, comparisons: 0, failures: 9 })).toThrow(/compared nothing, 9 of its requests/);
  });
});
