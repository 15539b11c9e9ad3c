#!/usr/bin/env node
import { judgedAims } from './aims.ts';
import { benchProgram, benchRequest } from './arguments.ts';
import { runBench } from './bench.ts';
import { reportLines } from './report.ts';

const { wanted, output } = benchRequest(benchProgram().parse());
const { operations, workers } = await runBench(wanted);
const aims = judgedAims(operations, workers);
const text =
  output === 'json'
    ? JSON.stringify({ aims, operations, workers }, undefined, 2)
    : reportLines(operations, workers, aims).join('\n');
process.stdout.write(`${text}\n`);
