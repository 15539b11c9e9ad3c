#!/usr/bin/env node
import { Command } from 'commander';
import { say } from '../lab/progress.ts';
import { removeDemo, runDemo } from './demo.ts';

const program = new Command('demo')
  .description('A Ceph cluster on this machine, made by cephflow: lab, workers, bootstrap, real I/O')
  .option('--down', 'remove everything that the demo made')
  .showHelpAfterError('(--help shows how it is used)');

try {
  const { down } = program.parse().opts<{ down?: true }>();
  await (down === true ? removeDemo() : runDemo());
} catch (error) {
  if (process.env['DEMO_TRACE'] !== undefined || !(error instanceof Error)) throw error;
  say(`The demo stopped: ${error.message}`);
  process.exitCode = 1;
}
