import { describe, expect, it } from 'vitest';
import { debtsOfReplaced } from '../../src/domain/replaced-record.ts';
import { FSID } from './disk-facts-builder.ts';
import { aHost, aMonStore, ourDisk } from './teardown-observation-builder.ts';

const DIR = '/var/lib/rook';
const former = { fsid: FSID, dataDir: DIR, nodes: ['n1'], machineIds: { n1: 'machine-n1' } };
const present = { nodes: ['n1'], dataDir: DIR };
const owed = (changes: Partial<Parameters<typeof debtsOfReplaced>[0]> = {}) =>
  debtsOfReplaced({ former, looks: [aHost('n1')], present, ...changes });

describe('a cluster in whose place a new one is made', () => {
  it('is owed nothing by the very machine that was looked at now and shows nothing of it', () => {
    expect(owed()).toEqual([]);
  });

  it.each([
    ['has a disk of it', { looks: [aHost('n1', { disks: [ourDisk({ id: 'serial:1' })] })] }, ['serial:1']],
    ['has a mon store of it', { looks: [aHost('n1', { leftovers: [aMonStore('a')] })] }, []],
    [
      'has a disk that cannot be read',
      { looks: [aHost('n1', { disks: [ourDisk({ labels: [], readError: 'EIO' })] })] },
      [],
    ],
    ['was never looked at', { looks: [] }, []],
    ['was looked at long ago', { present: { nodes: [], dataDir: DIR } }, []],
    ['was looked at in another directory', { present: { nodes: ['n1'], dataDir: '/elsewhere' } }, []],
    ['is another machine now', { looks: [aHost('n1', { machineId: 'machine-new' })] }, []],
  ])('is owed by a host that %s', (_, changes, disks) => {
    expect(owed(changes)).toMatchObject([{ node: 'n1', fsid: FSID, dataDir: DIR, machineId: 'machine-n1', disks }]);
  });
});
