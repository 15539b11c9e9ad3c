#!/usr/bin/env node
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { execa } from 'execa';
import { exportLines, labEnvironment } from './environment.ts';
import { addDisk, addNode, pullDisk, startNode, stopNode } from './hardware.ts';
import { cephSuiteOf, newestCephSuite } from './images/ceph.ts';
import { ensureCephImage } from './images/load.ts';
import { labDown, labUp } from './lab.ts';
import { withLabLock } from './lock.ts';
import { labPaths } from './paths.ts';
import { requireRootOnLinux } from './preflight.ts';
import { say, timed } from './progress.ts';
import { ensurePrograms } from './programs/ensure.ts';
import { requireLab } from './record.ts';
import { LabRefusal } from './refusal.ts';
import { DISK_BYTES, parseCount, parseSizeBytes } from './sizes.ts';
import { labStatus, renderStatus } from './status.ts';

const program = new Command('lab')
  .description('A real Kubernetes with Temporal and disks of its own on this machine, for demo and tests.')
  .showHelpAfterError('(--help shows how it is used)');

const nodes = { least: 1, most: 100 };
const disks = { least: 0, most: 26 };

// Told to everybody who is not root before anything else fails for it. The others only read or only fill the cache.
program.hook('preAction', async (_program, command) => {
  if (!['env', 'programs'].includes(command.name())) await requireRootOnLinux();
});

program
  .command('up')
  .description('Make the lab, or start whatever of it does not run')
  .option('--nodes <count>', 'nodes of a new lab', (text) => parseCount('nodes', text, nodes), 3)
  .option('--disks <count>', 'disks of each node of a new lab', (text) => parseCount('disks', text, disks), 2)
  .option('--disk-size <size>', 'size of each disk of a new lab', parseSizeBytes, DISK_BYTES)
  .addOption(
    new Option('--ceph <suites>', 'Debian suites whose Ceph is loaded, separated by commas')
      .argParser((text) => text.split(',').map(cephSuiteOf))
      .default([newestCephSuite], newestCephSuite),
  )
  .action(async (options) => {
    const lab = await labUp({ ...options, diskSizeBytes: options.diskSize });
    say(`Nodes ${lab.nodes.join(', ')} are Ready. Ceph: ${lab.cephImages.join(', ')}. Temporal: ${lab.temporalUi}`);
    say('In a shell: eval "$(npm run --silent lab -- env)"');
  });

program
  .command('down')
  .description('Take the lab down and leave no trace outside the cache')
  .option('--keep', 'keep the disks, etcd and the Temporal database, so that up starts the same lab again')
  .action((options: { keep?: true }) => labDown({ keep: options.keep === true ? 'state' : 'nothing' }));

program
  .command('status')
  .description('Show what of the lab runs')
  .option('-o, --output <format>', 'json for programs')
  .action(async (options: { output?: string }) => {
    await requireLab();
    const status = await labStatus();
    if (status === undefined) return;
    process.stdout.write(
      `${options.output === 'json' ? JSON.stringify(status, undefined, 2) : renderStatus(status)}\n`,
    );
  });

program
  .command('kubectl')
  .description('Run kubectl against the lab')
  .argument('[arguments...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async () => {
    await requireLab();
    // As they were typed: commander would swallow the "--" that kubectl exec needs.
    const args = process.argv.slice(process.argv.indexOf('kubectl') + 1);
    const kubectl = join(labPaths().programs.kubernetes, 'kubectl');
    const { exitCode } = await execa(kubectl, args, { stdio: 'inherit', reject: false, env: labEnvironment() });
    process.exitCode = exitCode ?? 1;
  });

program
  .command('env')
  .description('Print KUBECONFIG, TEMPORAL_ADDRESS and PATH for a shell to evaluate')
  .action(() => {
    process.stdout.write(exportLines(labEnvironment()));
  });

program
  .command('images')
  .description('Build the Ceph images of Debian suites and load them into every node')
  .argument('<suites...>', 'Debian suites: bookworm, trixie, forky')
  .action(async (suites: string[]) => {
    const wanted = suites.map(cephSuiteOf);
    await withLabLock(async () => {
      for (const suite of wanted) process.stdout.write(`${await ensureCephImage(suite)}\n`);
    });
  });

program
  .command('programs')
  .description('Put Kubernetes and Temporal into the cache without making a lab')
  .action(() => withLabLock(ensurePrograms));

const disk = program.command('disk').description('Plug disks in and pull them out');

disk
  .command('add')
  .description('Plug a new blank disk into a node')
  .argument('<node>')
  .option('--size <size>', 'size of the disk', parseSizeBytes, DISK_BYTES)
  .action(async (node: string, options: { size: number }) => {
    const added = await addDisk(node, options.size);
    process.stdout.write(`${added.disk} ${added.device}\n`);
  });

disk
  .command('pull')
  .description('Pull a disk out of a node; what held it is killed and its content is lost')
  .argument('<node>')
  .argument('<disk>', 'its name as status shows it, such as d1')
  .action(pullDisk);

const node = program.command('node').description('Cut and restore the power of nodes, add nodes');

node
  .command('stop')
  .description('Cut the power of a node')
  .argument('<node>')
  .action((name: string) => timed({ what: `Cutting the power of ${name}` }, () => stopNode(name)));

node
  .command('start')
  .description('Power a node on and wait until it is Ready')
  .argument('<node>')
  .action((name: string) => timed({ what: `Node ${name} Ready`, usually: '5 s' }, () => startNode(name)));

node
  .command('add')
  .description('Add a node and wait until it is Ready')
  .argument('<name>')
  .action((name: string) => timed({ what: `Node ${name} Ready`, usually: '5 s' }, () => addNode(name)));

try {
  await program.parseAsync();
} catch (error) {
  if (process.env['LAB_TRACE'] !== undefined || !(error instanceof Error)) throw error;
  say(error.message);
  if (!(error instanceof LabRefusal)) say('LAB_TRACE=1 shows where this comes from.');
  process.exitCode = error instanceof LabRefusal ? 2 : 1;
}
