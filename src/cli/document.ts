import { findingLine } from '../console/finding-lines.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { CommandError, usageError } from './command-error.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-codes.ts';

export interface ClusterDocument {
  namespace: string;
  /** As the person wrote it: fields that we do not know reach the API server too. */
  object: KubernetesObject;
}

/**
 * Reads the CephCluster document of a file, `-` for standard input. Findings are told; refused fields end the command before anything
 * is touched.
 * @throws INVALID_DOCUMENT with file, line and column of every problem
 */
export async function readClusterDocument(context: CommandContext, file: string): Promise<ClusterDocument> {
  const text = await context.io.readInput(file);
  const [{ parseCephCluster }, { readYaml }, { KIND }] = await Promise.all([
    import('../spec/parse.ts'),
    import('../spec/yaml-source.ts'),
    import('../spec/ceph-cluster.ts'),
  ]);
  const name = file === '-' ? 'standard input' : file;
  const parsed = parseCephCluster({ text, file: name });
  parsed.findings.forEach((finding) => context.io.err(findingLine(finding, Number.POSITIVE_INFINITY)));
  if (parsed.findings.some(({ severity }) => severity === 'blocking'))
    throw new CommandError(
      EXIT.usage,
      `${name} has fields that cannot be acted on safely yet; take them out and try again.`,
    );
  const { documents } = readYaml(text, name);
  const object = documents.map(({ value }) => value as KubernetesObject).find((value) => value.kind === KIND);
  if (object === undefined) throw usageError(`${name} has no document of kind ${KIND}; name the file that has it.`);
  if (documents.length > 1)
    context.io.err(
      `Only the ${KIND} of ${name} is applied; apply its other ${documents.length - 1} documents with kubectl.`,
    );
  return { namespace: parsed.namespace, object };
}

/** Applies the document server-side, in its namespace, which is made where it does not exist. Saving it starts nothing by itself. */
export async function applyClusterDocument(context: CommandContext, document: ClusterDocument): Promise<void> {
  const kubernetes = await context.kubernetes();
  const { namespace, object } = document;
  const { already } = await kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (!already) context.io.err(`Made the namespace ${namespace} on ${kubernetes.description}.`);
  const { changed } = await kubernetes.apply(object);
  context.io.err(
    changed
      ? `Applied the document ${namespace}/${object.metadata.name} to ${kubernetes.description}.`
      : `The document ${namespace}/${object.metadata.name} is already so on ${kubernetes.description}.`,
  );
}
