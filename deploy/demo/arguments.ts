import { Command, Option } from 'commander';

/** What the demo can be asked for. */
export interface DemoOptions {
  down?: true;
  day2?: true;
}

export const demoProgram = (): Command =>
  new Command('demo')
    .description('A Ceph cluster on this machine, made by cephflow: lab, workers, bootstrap, real I/O')
    .option('--day2', 'on a running demo: add, replace and remove a disk, while a client compares what it wrote')
    .addOption(new Option('--down', 'remove everything that the demo made').conflicts('day2'))
    .showHelpAfterError('(--help shows how it is used)');
