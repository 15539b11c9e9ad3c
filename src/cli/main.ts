#!/usr/bin/env node
import { processIo } from './process-io.ts';
import { run } from './program.ts';

// The clients are imported when a command asks for them: both are slow to load, and help must come at once.
process.exitCode = await run(process.argv.slice(2), processIo(), {
  temporal: async (options, io) => (await import('./temporal-client.ts')).connectToTemporal(options, io),
  kubernetes: async (options) => (await import('./kubernetes-client.ts')).connectToKubernetes(options),
});
