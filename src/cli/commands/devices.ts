import type { Command } from 'commander';
import { renderDevices } from '../../console/device-table.ts';
import { formatDuration, secondsBetween } from '../../console/duration.ts';
import { command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { DISK_REPORT_SELECTOR, diskReports, type DiskReport } from '../disk-reports.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printReport, tableWidth } from '../output.ts';

export const devicesCommand = (bind: Bind): Command =>
  command(
    'devices',
    'List every disk of every node: whether it becomes an OSD, why not, and what would make it usable',
    'cephflow devices n1 --namespace rook-ceph --output wide',
  )
    .argument('[node]', 'name of one node')
    .action(bind(runDevices));

/** Prints what agents saw last, and how long ago that was. Reads Kubernetes only. */
export async function runDevices(context: CommandContext, node: string | undefined): Promise<ExitCode> {
  const kubernetes = await context.kubernetes();
  const { namespace } = context.options;
  const configMaps = await kubernetes.list({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    labelSelector: DISK_REPORT_SELECTOR,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const reports = diskReports(configMaps).filter((report) => node === undefined || report.node === node);
  const rows = reports.flatMap((report) =>
    report.rows.map((row) => ({ ...row, namespace: report.namespace, observedAt: report.observedAt })),
  );
  context.io.err(ageLine(reports, context.io.now(), node));
  printReport(context, rows, () => tables(context, reports));
  return EXIT.done;
}

/** One table per cluster, because two clusters judge the same disk differently. */
function tables(context: CommandContext, reports: readonly DiskReport[]): string[] {
  const namespaces = [...new Set(reports.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace, index) => [
    ...(namespaces.length === 1 ? [] : [`${index === 0 ? '' : '\n'}Cluster ${namespace}`]),
    ...renderDevices(
      reports.filter((report) => report.namespace === namespace).flatMap(({ rows }) => rows),
      tableWidth(context),
    ),
  ]);
}

function ageLine(reports: readonly DiskReport[], now: number, node: string | undefined): string {
  const whose = node === undefined ? 'any node' : node;
  if (reports.length === 0)
    return `No disks of ${whose} have been looked at yet; an operation that observes writes the table, for example "cephflow bootstrap CLUSTER --dry-run".`;
  const at = new Date(now).toISOString();
  const ages = reports.map(({ namespace, node: name, observedAt }) => {
    const seconds = secondsBetween(observedAt, at);
    return `${namespace}/${name} ${seconds === undefined ? 'at an unknown time' : `${formatDuration(seconds)} ago`}`;
  });
  return `Observed: ${ages.join(', ')}`;
}
