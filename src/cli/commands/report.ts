import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { command, type Bind } from '../command-frame.ts';
import { clusterNames } from '../cluster-names.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { clusterNamed } from '../options.ts';
import { printReport } from '../output.ts';
import { gatherCluster, gatherKubernetes } from '../report/from-kubernetes.ts';
import { gatherHealth, gatherTemporal } from '../report/from-temporal.ts';
import { ReportFiles } from '../report/report-files.ts';
import { tarOf } from '../report/tar.ts';
import { versionRows } from './version.ts';

interface ReportFlags {
  file?: string;
}

export const reportCommand = (bind: Bind): Command =>
  command(
    'report',
    'Write one archive for support: states, logs and tables, without keys and passwords',
    'cephflow report rook-ceph --file report.tar.gz',
  )
    .argument('[cluster]', 'namespace of the cluster; all clusters without it')
    .option('--file <file>', 'archive to make, which must not exist (default: cephflow-report-TIME.tar.gz here)')
    .action(bind(runReport));

/**
 * Gathers from Kubernetes and Temporal what can be had, redacts it, and writes it readable by this user alone. What cannot be had is said on
 * the talk's output and in missing.txt; it fails only where nothing at all could be had. Reads no Secret and changes nothing.
 */
export async function runReport(
  context: CommandContext,
  argument: string | undefined,
  flags: ReportFlags,
): Promise<ExitCode> {
  const cluster = clusterNamed(argument, context.options);
  const { io } = context;
  const at = new Date(io.now());
  const files = new ReportFiles((sentence) => io.err(sentence));
  const answered = await gather(context, files, cluster);
  if (!answered)
    throw new CommandError(
      EXIT.unreachable,
      'Neither Kubernetes nor Temporal answers, so there is nothing to report; name them by --kubeconfig and --address.',
    );
  const name = `cephflow-report-${at.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const file = flags.file ?? `${name}.tar.gz`;
  const archive = await promisify(gzip)(tarOf(packed(files, name), at.getTime() / 1000));
  await io.writeOutput(file, archive);
  const told = { file, sizeBytes: archive.length, files: files.files.length, missing: files.missing };
  io.err(
    'Keys, tokens and passwords are taken out; names of hosts, disks and pods are in it. Look through it before you hand it on.',
  );
  printReport(context, told, () => [file]);
  return EXIT.done;
}

async function gather(context: CommandContext, files: ReportFiles, cluster: string | undefined): Promise<boolean> {
  const { io } = context;
  io.err('Versions ...');
  files.json(['versions.json'], await versionRows(context));
  io.err('Nodes and workers ...');
  const kubernetes = await gatherKubernetes(context, files);
  io.err('Operations ...');
  const temporal = await gatherTemporal(context, files, cluster);
  const clusters = cluster === undefined ? (kubernetes ? await clusterNames(context) : []) : [cluster];
  for (const one of clusters) {
    io.err(`Cluster ${one} ...`);
    if (kubernetes) await gatherCluster(context, files, one);
    if (temporal) await gatherHealth(context, files, one);
  }
  return kubernetes || temporal;
}

/** All in one folder, so that unpacking it anywhere spills nothing. */
const packed = ({ files, missing }: ReportFiles, folder: string) => {
  const said = missing.length === 0 ? [] : [{ path: 'missing.txt', content: Buffer.from(`${missing.join('\n')}\n`) }];
  return [...files, ...said].map(({ path, content }) => ({ path: `${folder}/${path}`, content }));
};
