#!/usr/bin/env node
import { Command, Option } from 'commander';
import { judgedAims } from './aims.ts';
import { runBench } from './bench.ts';
import { reportLines } from './report.ts';

const program = new Command('bench')
  .description(
    "Measures bootstrap, bootstrap with nothing to do, check-health and teardown of the example's cluster on the lab",
  )
  .addOption(new Option('-o, --output <form>', 'what is printed').choices(['table', 'json']).default('table'));

const { output } = program.parse().opts<{ output: 'table' | 'json' }>();
const { operations, workers } = await runBench();
const aims = judgedAims(operations, workers);
const text =
  output === 'json'
    ? JSON.stringify({ aims, operations, workers }, undefined, 2)
    : reportLines(operations, workers, aims).join('\n');
process.stdout.write(`${text}\n`);
