import type { Command } from 'commander';
import type { Json } from '../contract/finding.ts';
import { BY_FLAG, BY_HELP } from './command-frame.ts';
import { parseDuration, parseTruth } from './options.ts';
import type { StartFlags } from './start-operation.ts';

/** Adds the flags that every command starting an operation has. */
export const withStartFlags = (command: Command): Command =>
  command
    .option('--dry-run', 'end with the plan, change nothing in Ceph or on disks')
    .option('--waive <codes...>', 'codes of findings that may not stop it; recorded in the result')
    .option('--reason <text>', 'why it is done, for the record')
    .option('--wait [boolean]', 'false: start and print the id; true: wait even while a person is needed', parseTruth)
    .option('--timeout <duration>', 'stop waiting after this time, the operation goes on', parseDuration)
    .option(BY_FLAG, BY_HELP);

/** The fields of the input that those flags fill. */
export const startFields = (cluster: string, flags: StartFlags): Record<string, Json> => ({
  cluster,
  ...(flags.dryRun === true ? { dryRun: true } : {}),
  ...(flags.waive === undefined ? {} : { waive: flags.waive }),
  ...(flags.reason === undefined ? {} : { reason: flags.reason }),
});
