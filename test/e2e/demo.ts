import { join } from 'node:path';
import { execa } from 'execa';

const DEMO = join(import.meta.dirname, '../../deploy/demo/main.ts');

/** Runs `npm run demo` as a script would, in a process of its own. */
export const demo = (...args: string[]) =>
  execa(process.execPath, [DEMO, ...args], { stdin: 'ignore', reject: false, all: true, timeout: 1_200_000 });

export const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
