import type { PlannedOsd } from '../contract/bootstrap.ts';
import type { DiskRow } from '../contract/disk.ts';
import type { OsdConfig, SelectedDisk } from './disk-selection.ts';
import { osdUuid } from './osd-uuid.ts';

/** Node labels that make CRUSH buckets, outermost first, with the bucket type of each. Source: Rook's topology labels. */
const TOPOLOGY = [
  ['topology.kubernetes.io/region', 'region'],
  ['topology.kubernetes.io/zone', 'zone'],
  ['topology.rook.io/datacenter', 'datacenter'],
  ['topology.rook.io/room', 'room'],
  ['topology.rook.io/pod', 'pod'],
  ['topology.rook.io/pdu', 'pdu'],
  ['topology.rook.io/row', 'row'],
  ['topology.rook.io/rack', 'rack'],
  ['topology.rook.io/chassis', 'chassis'],
] as const;

/** CRUSH location of a host below its root, e.g. `['zone=a', 'host=n1']`. Dots are not allowed in bucket names by Rook's rule. */
export const crushLocation = (hostname: string, labels: Record<string, string>): string[] => [
  ...TOPOLOGY.flatMap(([label, type]) => (labels[label] ? [`${type}=${bucket(labels[label])}`] : [])),
  `host=${bucket(hostname)}`,
];

/** Name of a bucket in the CRUSH map. */
export const bucket = (name: string): string => name.replaceAll('.', '-');

export interface OsdHost {
  node: string;
  hostname: string;
  labels: Record<string, string>;
  disks: SelectedDisk[];
}

/** What the rows of the device table mean: the OSDs to be on these disks, those that live there already included. */
export function plannedOsds(fsid: string, hosts: OsdHost[], rows: DiskRow[]): PlannedOsd[] {
  return rows.flatMap((row) => {
    const host = hosts.find(({ node }) => node === row.node);
    if (host === undefined || row.id === null || !willBeOsd(row)) return [];
    const config = host.disks.find(({ facts }) => facts.path === row.path)?.selection.config ?? {};
    return [
      {
        ...identityOf(fsid, row, row.id),
        ...configured(config),
        crushLocation: crushLocation(host.hostname, host.labels),
      },
    ];
  });
}

const willBeOsd = (row: DiskRow): boolean =>
  row.verdict === 'eligible' || (row.verdict === 'in-use' && row.osdUuid !== undefined);

const identityOf = (fsid: string, { node, path, sizeBytes, osdUuid: known }: DiskRow, diskId: string) => ({
  node,
  path,
  diskId,
  sizeBytes,
  osdUuid: known ?? osdUuid(fsid, node, diskId),
});

const configured = ({ deviceClass, initialWeight, crushRoot }: OsdConfig) => ({
  ...(deviceClass === undefined ? {} : { deviceClass }),
  ...(initialWeight === undefined ? {} : { initialWeight: Number(initialWeight) }),
  crushRoot: crushRoot ?? 'default',
});
