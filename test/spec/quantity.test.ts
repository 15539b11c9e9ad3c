import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../src/spec/quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['2Gi', 2 * 2 ** 30],
    ['1.5Ki', 1536],
    ['500M', 500_000_000],
    ['0.1k', 100],
    ['500m', 0.5],
    ['100u', 0.0001],
    ['1e3', 1000],
    ['1E', 1e18],
    ['1Ei', 2 ** 60],
    ['12', 12],
    [7, 7],
  ])('reads %s as %d', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each(['', 'Gi', '1 Gi', '1gi', '1GB', '0x10', 'NaN', '1.2.3', Infinity])('does not read %s', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
