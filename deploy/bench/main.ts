#!/usr/bin/env node
import { Command, Option } from 'commander';
import { runBench } from './bench.ts';
import { AIMS, reportLines } from './report.ts';

const program = new Command('bench')
  .description("Measures bootstrap, bootstrap with nothing to do and teardown of the example's cluster on the lab")
  .addOption(new Option('-o, --output <form>', 'what is printed').choices(['table', 'json']).default('table'));

const { output } = program.parse().opts<{ output: 'table' | 'json' }>();
const { operations, workers } = await runBench();
const text =
  output === 'json'
    ? JSON.stringify({ aims: AIMS, operations, workers }, undefined, 2)
    : reportLines(operations, workers).join('\n');
process.stdout.write(`${text}\n`);
