import type { Command } from 'commander';
import { bootstrapContract } from '../../contract/bootstrap.ts';
import { deskAtTerminal } from '../approval-desk.ts';
import { usageError } from '../command-error.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { applyClusterDocument, readClusterDocument, type ClusterDocument } from '../document.ts';
import type { ExitCode } from '../exit-codes.ts';
import { clusterNamed } from '../options.ts';
import { startFields, withStartFlags } from '../start-flags.ts';
import { requireInput, requireNotRunning, startOperation, type StartFlags } from '../start-operation.ts';

interface BootstrapFlags extends StartFlags {
  filename?: string;
  approve?: boolean;
}

export const bootstrapCommand = (bind: Bind): Command =>
  withStartFlags(
    command(
      'bootstrap',
      'Make the Ceph cluster that a CephCluster document asks for, or what is missing of it',
      'cephflow bootstrap --filename cluster.yaml --dry-run',
    ),
  )
    .argument('[cluster]', 'namespace of the cluster, when its document is in Kubernetes already')
    .option('-f, --filename <file>', 'document to apply first, - for standard input')
    .option('--approve', 'approve in advance; a disk that is not blank still asks')
    .action(bind(runBootstrap));

/** Document first checked, then applied, then the operation started: a wrong file or a running bootstrap changes nothing. */
export async function runBootstrap(
  context: CommandContext,
  argument: string | undefined,
  flags: BootstrapFlags,
): Promise<ExitCode> {
  const document = flags.filename === undefined ? undefined : await readClusterDocument(context, flags.filename);
  const cluster = clusterOf(context, argument, document);
  const input = requireInput(bootstrapContract, {
    ...startFields(cluster, flags),
    ...(flags.approve === true ? { approval: 'auto' } : {}),
  });
  await requireNotRunning(context, bootstrapContract.suggestedId({ cluster }));
  if (document !== undefined) await applyClusterDocument(context, document);
  const desk = deskAtTerminal(context, bootstrapContract.suggestedId({ cluster }), flags);
  return await startOperation(context, bootstrapContract, input, { cluster }, flags, desk);
}

function clusterOf(context: CommandContext, argument: string | undefined, document?: ClusterDocument): string {
  const named = clusterNamed(argument, context.options);
  const cluster = named ?? document?.namespace;
  if (cluster === undefined)
    throw usageError("Nothing to bootstrap is named; give --filename FILE, or the cluster's namespace.");
  if (document !== undefined && document.namespace !== cluster)
    throw usageError(
      `The document is for the namespace ${document.namespace}, not ${cluster}; correct one of the two.`,
    );
  return cluster;
}
