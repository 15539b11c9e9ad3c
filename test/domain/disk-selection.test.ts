import { describe, expect, it } from 'vitest';
import type { DiskFacts } from '../../src/contract/disk.ts';
import { listedButAbsent, selectDisks, type StorageChoice } from '../../src/domain/disk-selection.ts';
import { aDisk } from './disk-facts-builder.ts';

const sda = aDisk({ path: '/dev/sda', kernelName: 'sda', aliases: ['/dev/disk/by-path/pci-1'] });
const sdb = aDisk();
const nvme = aDisk({ path: '/dev/nvme0n1', kernelName: 'nvme0n1', aliases: ['/dev/disk/by-id/nvme-X'] });

const chosen = (storage: StorageChoice, node = 'n1', disks: DiskFacts[] = [sda, sdb, nvme]): string[] =>
  selectDisks(storage, node, disks)
    .filter(({ selection }) => selection.by !== 'none')
    .map(({ facts, selection }) => `${facts.kernelName} by ${selection.by}`);

describe('the disks a document chooses', () => {
  it('are all of all nodes with useAllNodes and useAllDevices', () => {
    expect(chosen({ useAllNodes: true, useAllDevices: true })).toEqual(['sda by all', 'sdb by all', 'nvme0n1 by all']);
  });

  it('are none where nothing is named', () => {
    expect(chosen({ useAllNodes: true })).toEqual([]);
    expect(chosen({ useAllDevices: true, nodes: [] })).toEqual([]);
  });

  it('are none on a node that is not listed, with that reason', () => {
    const storage = { useAllDevices: true, nodes: [{ name: 'n2' }] };
    expect(chosen(storage)).toEqual([]);
    expect(selectDisks(storage, 'n1', [sda])[0]?.selection.because).toBe('node n1 is not listed in nodes');
    expect(chosen(storage, 'n2')).toHaveLength(3);
  });

  it.each(['sdb', '/dev/sdb', '/dev/disk/by-id/wwn-0x5000c500a1b2c3d4', 'disk/by-id/wwn-0x5000c500a1b2c3d4'])(
    'are named as %s',
    (name) => {
      expect(chosen({ useAllNodes: true, devices: [{ name }] }, 'n1', [sda, sdb])).toEqual(['sdb by name']);
    },
  );

  it('are never found by a part of a name', () => {
    expect(chosen({ useAllNodes: true, devices: [{ name: 'sd' }, { name: 'db' }] })).toEqual([]);
  });

  it('are matched by filters on name and path, links included', () => {
    expect(chosen({ useAllNodes: true, deviceFilter: '^sd[ab]' })).toEqual(['sda by filter', 'sdb by filter']);
    expect(chosen({ useAllNodes: true, devicePathFilter: '^/dev/disk/by-path/pci-' })).toEqual(['sda by filter']);
  });

  it('are only the listed ones where devices, a filter and useAllDevices are all set', () => {
    expect(chosen({ useAllNodes: true, useAllDevices: true, deviceFilter: '.', devices: [{ name: 'sda' }] })).toEqual([
      'sda by name',
    ]);
  });

  it("are the node's own where it names some, and the cluster's where it does not", () => {
    const storage = { deviceFilter: '^sda$', nodes: [{ name: 'n1', deviceFilter: '^sdb$' }, { name: 'n2' }] };
    expect(chosen(storage, 'n1')).toEqual(['sdb by filter']);
    expect(chosen(storage, 'n2')).toEqual(['sda by filter']);
    const none = { useAllDevices: true, nodes: [{ name: 'n1', useAllDevices: false }] };
    expect(chosen(none, 'n1')).toEqual([]);
  });

  it('take their settings from the disk, then the node, then the cluster, one by one', () => {
    const storage: StorageChoice = {
      config: { deviceClass: 'hdd', crushRoot: 'main', initialWeight: '1' },
      nodes: [
        {
          name: 'n1',
          config: { deviceClass: 'ssd' },
          devices: [{ name: 'sda', config: { initialWeight: '2' } }, { name: 'sdb' }],
        },
      ],
    };
    expect(selectDisks(storage, 'n1', [sda, sdb]).map(({ selection }) => selection.config)).toEqual([
      { deviceClass: 'ssd', crushRoot: 'main', initialWeight: '2' },
      { deviceClass: 'ssd', crushRoot: 'main', initialWeight: '1' },
    ]);
  });

  it('are refused where a filter is no regular expression', () => {
    expect(() => chosen({ useAllNodes: true, deviceFilter: '[' })).toThrowError(/deviceFilter "\["/);
  });

  it('that are listed but absent are told as written', () => {
    const storage = { useAllNodes: true, devices: [{ name: 'sdb' }, { name: '/dev/sdx' }] };
    expect(listedButAbsent(storage, 'n1', [sda, sdb])).toEqual(['/dev/sdx']);
  });
});
