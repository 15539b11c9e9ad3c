import { describe, expect, it } from 'vitest';
import { logRotation } from '../../src/spec/log-rotation.ts';
import { parsed } from './documents.ts';

const rotationOf = (logCollector: Record<string, unknown>) => logRotation(parsed({ logCollector }).spec);

describe('the rotation of log files', () => {
  it.each([
    ['hourly', 3600],
    ['daily', 86_400],
    ['weekly', 604_800],
    ['monthly', 2_592_000],
    ['12h', 43_200],
    ['3d', 259_200],
    ['', 86_400],
    ['0h', 86_400],
  ])('for the periodicity "%s" is every %i s', (periodicity, seconds) => {
    expect(rotationOf({ periodicity }).everySeconds).toBe(seconds);
  });

  it.each([
    ['500M', 500_000_000],
    ['1Gi', 2 ** 30],
    ['0', 500_000_000],
  ])('for the size "%s" is at %i bytes', (maxLogSize, bytes) => {
    expect(rotationOf({ maxLogSize }).maxSizeBytes).toBe(bytes);
  });

  it('is not asked for by a document that says nothing: daemons then log to their pods alone', () => {
    expect(parsed({}).spec.logCollector.enabled).toBe(false);
  });
});
