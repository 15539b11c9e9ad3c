#!/usr/bin/env node
import { processIo } from './process-io.ts';
import { commandWords, COMPLETE } from './program-name.ts';
import { run } from './program.ts';

const [, startedFile = '', ...typed] = process.argv;
const words = commandWords(startedFile, typed);
// The clients are imported when a command asks for them: both are slow to load, and help must come at once.
process.exitCode = await run(words, processIo(), {
  temporal: async (options, io) => (await import('./temporal-client.ts')).connectToTemporal(options, io),
  kubernetes: async (options) => (await import('./kubernetes-client.ts')).connectToKubernetes(options),
});
// A shell that waits for candidates does not wait for a server that did not answer in time.
if (words[0] === COMPLETE) process.exit();
