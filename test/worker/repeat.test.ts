import { describe, expect, it } from 'vitest';
import { repeat } from '../../worker/repeat.ts';

const FAST = 0.001;

const given = (turns: (() => Promise<string[]>)[]) => {
  const lines: string[] = [];
  let turn = 0;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const repeating = repeat({
    failed: 'it could not be done',
    everySeconds: FAST,
    log: {
      info: (sentence: string) => void lines.push(sentence),
      warn: ({ err }: { err: Error }, sentence: string) => void lines.push(`${sentence}: ${err.message}`),
    } as never,
    turn: () => {
      const act = turns[turn];
      turn += 1;
      if (act !== undefined) return act();
      resolve();
      return Promise.resolve([]);
    },
  });
  return { lines, repeating, over, turns: () => turn };
};

const fails = (because: string) => () => Promise.reject(new Error(because));

describe('what an agent repeats', () => {
  it('goes on after failures, and tells each reason once', async () => {
    const { lines, repeating, over } = given([
      fails('no route'),
      fails('no route'),
      fails('forbidden'),
      () => Promise.resolve(['done']),
      fails('no route'),
    ]);
    await over;
    await repeating.stop();
    expect(lines.slice(0, 5)).toEqual([
      'it could not be done: no route',
      'it could not be done: forbidden',
      'done',
      'no more: it could not be done',
      'it could not be done: no route',
    ]);
  });

  it('takes no further turn once it is stopped, and ends when the present one has ended', async () => {
    const { promise: present, resolve } = Promise.withResolvers<string[]>();
    const { lines, repeating, turns } = given([() => present]);
    const stopped = repeating.stop();
    resolve(['done']);
    await stopped;
    expect([turns(), lines]).toEqual([1, ['done']]);
  });
});
