import type { Command } from 'commander';
import { SYSTEM_NAMESPACE } from '../../contract/names.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import packageFile from '../../../package.json' with { type: 'json' };
import { alignColumns } from '../../console/columns.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { KubernetesPort } from '../kubernetes-port.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printReport } from '../output.ts';

const ANSWER_MILLISECONDS = 5000;

/** A part and its version, or why it could not be told. */
export interface VersionRow {
  part: string;
  version: string | null;
  problem?: string;
}

export const versionCommand = (bind: Bind): Command =>
  command(
    'version',
    'Show the version of this program and of everything that answers',
    'cephflow version --output json',
  ).action(bind(runVersion));

/** Asks all parts side by side, each for at most 5 s; exit code 6 where one did not answer. */
export async function runVersion(context: CommandContext): Promise<ExitCode> {
  const rows = await versionRows(context);
  printReport(context, rows, () => alignColumns(rows, COLUMNS));
  return rows.some(({ problem }) => problem !== undefined) ? EXIT.unreachable : EXIT.done;
}

/** This program first, then whatever answers. */
export async function versionRows(context: CommandContext): Promise<VersionRow[]> {
  const answers = await Promise.all(sources(context).map(([part, ask]) => asked(context.io, part, ask)));
  return [{ part: 'cephflow', version: packageFile.version }, ...answers.flat()];
}

function sources(context: CommandContext): [part: string, ask: () => Promise<VersionRow[]>][] {
  const listed = async (query: Parameters<KubernetesPort['list']>[0]): Promise<KubernetesObject[]> =>
    await (await context.kubernetes()).list(query);
  const named = (part: string, object: KubernetesObject): string => `${part} of ${object.metadata.namespace ?? ''}`;
  return [
    ['Temporal', async () => one('Temporal', await (await context.temporal()).serverVersion())],
    ['Kubernetes', async () => one('Kubernetes', await (await context.kubernetes()).serverVersion())],
    [
      'ops worker',
      async () => {
        const deployments = await listed({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: SYSTEM_NAMESPACE });
        return deployments.filter(isOpsWorker).flatMap((object) => one('ops worker', imageOf(object)));
      },
    ],
    [
      'agents',
      async () => {
        const agents = await listed({ apiVersion: 'apps/v1', kind: 'DaemonSet', labelSelector: 'app=cephflow-agent' });
        return agents.flatMap((object) => one(named('agents', object), imageOf(object)));
      },
    ],
    [
      'Ceph',
      async () => {
        const documents = await listed({ apiVersion: API_VERSION, kind: KIND });
        return documents.flatMap((object) => one(named('Ceph', object), cephVersionOf(object)));
      },
    ],
  ];
}

const isOpsWorker = ({ metadata }: KubernetesObject): boolean => metadata.name === 'cephflow-ops';

/** Written here too, because the schema it comes from is slow to load. */
const API_VERSION = 'ceph.rook.io/v1';
const KIND = 'CephCluster';

const COLUMNS = [
  { title: 'PART', value: (row: VersionRow) => row.part },
  { title: 'VERSION', value: (row: VersionRow) => row.version ?? row.problem ?? '' },
];

const one = (part: string, version: string | null): VersionRow[] => [{ part, version }];

async function asked(io: CommandContext['io'], part: string, ask: () => Promise<VersionRow[]>): Promise<VersionRow[]> {
  const tooLate = new AbortController();
  const late = io.sleep(ANSWER_MILLISECONDS, tooLate.signal).then((): never => {
    throw new Error(`no answer within ${ANSWER_MILLISECONDS / 1000} s`);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    return [{ part, version: null, problem: error instanceof Error ? error.message : String(error) }];
  } finally {
    late.catch(() => undefined);
    tooLate.abort();
  }
}

/** Image of the container that gives the workload its name; the agent's own main container runs Ceph's image. */
function imageOf(workload: KubernetesObject): string | null {
  const { spec } = workload as { spec?: { template?: { spec?: PodImages } } };
  const pod = spec?.template?.spec;
  return pod?.initContainers?.[0]?.image ?? pod?.containers?.[0]?.image ?? null;
}

interface PodImages {
  initContainers?: { image?: string }[];
  containers?: { image?: string }[];
}

/** As the last operation wrote it back to the document. */
function cephVersionOf(document: KubernetesObject): string | null {
  const { status } = document as { status?: { version?: { version?: string } } };
  return status?.version?.version ?? null;
}
