import type { DiskFacts } from '../contract/disk.ts';
import { failure } from '../errors.ts';

/** What an OSD is made with. The most specific value wins: disk before node before cluster. */
export interface OsdConfig {
  deviceClass?: string | undefined;
  initialWeight?: string | number | undefined;
  crushRoot?: string | undefined;
}

export interface ListedDevice {
  /** `sdb`, `/dev/sdb`, or a link such as `/dev/disk/by-id/...` */
  name?: string | undefined;
  fullpath?: string | undefined;
  config?: OsdConfig | undefined;
}

/** How disks are chosen, for the cluster or for one node. */
export interface DeviceChoice {
  useAllDevices?: boolean | undefined;
  deviceFilter?: string | undefined;
  devicePathFilter?: string | undefined;
  devices?: ListedDevice[] | undefined;
  config?: OsdConfig | undefined;
}

/** The `storage` part of a CephCluster document that chooses disks. */
export interface StorageChoice extends DeviceChoice {
  useAllNodes?: boolean | undefined;
  nodes?: (DeviceChoice & { name: string })[] | undefined;
}

export interface DiskSelection {
  by: 'name' | 'filter' | 'all' | 'none';
  /** The words of the document that decided, for a person. */
  because: string;
  config: OsdConfig;
}

export interface SelectedDisk {
  facts: DiskFacts;
  selection: DiskSelection;
}

const present = (config: OsdConfig = {}): OsdConfig =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== ''));

const withDev = (name: string): string => (name.startsWith('/') ? name : `/dev/${name}`);

const nameOf = (device: ListedDevice): string => device.fullpath || device.name || '';

const isListed = (device: ListedDevice, disk: DiskFacts): boolean =>
  nameOf(device) === disk.kernelName || [disk.path, ...disk.aliases].includes(withDev(nameOf(device)));

function filter(field: string, expression: string): RegExp {
  try {
    return new RegExp(expression);
  } catch (error) {
    throw failure('INVALID_DOCUMENT', `storage.${field} "${expression}" is not a regular expression`, { cause: error });
  }
}

/**
 * The choice that holds for a node; `null` where the document gives the node no storage. As in Rook: with `useAllNodes` the list of
 * nodes is not looked at; otherwise a listed node's own fields take the place of the cluster's, one by one.
 */
export function choiceFor(storage: StorageChoice, node: string): DeviceChoice | null {
  if (storage.useAllNodes) return storage;
  const own = storage.nodes?.find(({ name }) => name === node);
  if (!own) return null;
  return {
    useAllDevices: own.useAllDevices ?? storage.useAllDevices,
    deviceFilter: own.deviceFilter || storage.deviceFilter,
    devicePathFilter: own.devicePathFilter || storage.devicePathFilter,
    devices: own.devices?.length ? own.devices : storage.devices,
    config: { ...present(storage.config), ...present(own.config) },
  };
}

/** As in Rook, the first of these that is set decides alone: devices, deviceFilter, devicePathFilter, useAllDevices. */
function select(choice: DeviceChoice, disk: DiskFacts): DiskSelection {
  const config = present(choice.config);
  const answer = (by: 'filter' | 'all', chosen: boolean, because: string): DiskSelection =>
    chosen ? { by, because, config } : { by: 'none', because: `not chosen by ${because}`, config };
  if (choice.devices?.length) {
    const listed = choice.devices.find((device) => isListed(device, disk));
    if (!listed) return { by: 'none', because: 'not listed in devices', config };
    return { by: 'name', because: `listed as ${nameOf(listed)}`, config: { ...config, ...present(listed.config) } };
  }
  if (choice.deviceFilter) {
    const chosen = filter('deviceFilter', choice.deviceFilter).test(disk.kernelName);
    return answer('filter', chosen, `deviceFilter "${choice.deviceFilter}"`);
  }
  if (choice.devicePathFilter) {
    const pattern = filter('devicePathFilter', choice.devicePathFilter);
    const chosen = [disk.path, ...disk.aliases].some((path) => pattern.test(path));
    return answer('filter', chosen, `devicePathFilter "${choice.devicePathFilter}"`);
  }
  return choice.useAllDevices
    ? answer('all', true, 'useAllDevices')
    : { by: 'none', because: 'the document names no devices, no filter and not useAllDevices', config };
}

/** Which disks of a node the document wants as OSDs, and with which settings. Judges nothing about what is on them. */
export function selectDisks(storage: StorageChoice, node: string, disks: DiskFacts[]): SelectedDisk[] {
  const choice = choiceFor(storage, node);
  const elsewhere: DiskSelection = { by: 'none', because: `node ${node} is not listed in nodes`, config: {} };
  return disks.map((facts) => ({ facts, selection: choice ? select(choice, facts) : elsewhere }));
}

/** Devices that the document lists for a node and that are not there, as written. */
export const listedButAbsent = (storage: StorageChoice, node: string, disks: DiskFacts[]): string[] =>
  (choiceFor(storage, node)?.devices ?? [])
    .filter((device) => !disks.some((disk) => isListed(device, disk)))
    .map(nameOf);
