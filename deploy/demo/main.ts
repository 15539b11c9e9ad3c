#!/usr/bin/env node
import { say } from '../lab/progress.ts';
import { demoProgram, type DemoOptions } from './arguments.ts';
import { runDayTwo } from './day2.ts';
import { removeDemo, runDemo } from './demo.ts';

try {
  const { down, day2 } = demoProgram().parse().opts<DemoOptions>();
  await (down === true ? removeDemo() : day2 === true ? runDayTwo() : runDemo());
} catch (error) {
  if (process.env['DEMO_TRACE'] !== undefined || !(error instanceof Error)) throw error;
  say(`The demo stopped: ${error.message}`);
  process.exitCode = 1;
}
