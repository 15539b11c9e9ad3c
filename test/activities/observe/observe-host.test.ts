import { describe, expect, it } from 'vitest';
import { writeDeviceRows } from '../../../activities/observe/host-record.ts';
import { createObserveActivities } from '../../../activities/observe/observe-host.ts';
import { readHostFacts } from '../../../activities/operations/host-observations.ts';
import type { HostProbeActivities } from '../../../src/contract/ceph-activities.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { HostFacts } from '../../../src/contract/host.ts';
import { diskOf, factsOf, monStoreOf } from '../../builders/bootstrap-observation.ts';
import { objectServer } from '../../builders/object-server.ts';

const CLUSTER = 'rook-ceph';
const RECORD = 'local-device-n1';
const looking = { cluster: CLUSTER, dataDir: '/var/lib/rook' };

/** A host that shows these facts and daemons. */
const probing = (facts: HostFacts[], findings: Finding[] = []): HostProbeActivities => ({
  readHost: () => Promise.resolve((facts.length > 1 ? facts.shift() : facts[0]) as HostFacts),
  findDaemons: () => Promise.resolve({ findings }),
  untilNewDisk: () => Promise.resolve({ id: '', path: '' }),
  untilOsdsUp: () => Promise.resolve({ up: [] }),
});
const dataOf = (server: ReturnType<typeof objectServer>) =>
  server.get('ConfigMap', RECORD)?.['data'] as Record<string, string>;

describe('a look at a host', () => {
  it('is written where the planner reads it, under its own token', async () => {
    const facts = factsOf('n1', { leftovers: [monStoreOf('n1')] });
    const server = objectServer();
    const activities = createObserveActivities(server.kubernetes, probing([facts]));
    expect(await activities.observeHost({ ...looking, observation: 'look-1' })).toEqual({
      node: 'n1',
      disks: 1,
      leftovers: 1,
    });
    const asked = { cluster: CLUSTER, nodes: ['n1'], observation: 'look-1' };
    expect(await readHostFacts(server.kubernetes, asked)).toEqual([facts]);
  });

  it('replaces an older one: a plan never rests on what a host showed before', async () => {
    const server = objectServer();
    const later = factsOf('n1', { disks: [diskOf('n1', { mounts: ['/srv'] })] });
    const activities = createObserveActivities(server.kubernetes, probing([factsOf('n1'), later]));
    await activities.observeHost({ ...looking, observation: 'look-1' });
    await activities.observeHost({ ...looking, observation: 'look-2' });
    const read = (observation: string) =>
      readHostFacts(server.kubernetes, { cluster: CLUSTER, nodes: ['n1'], observation });
    expect(await read('look-2')).toEqual([later]);
    await expect(read('look-1')).rejects.toMatchObject({ code: 'HOST_SILENT' });
  });

  it('that fails writes nothing', async () => {
    const server = objectServer();
    const broken: HostProbeActivities = { ...probing([]), readHost: () => Promise.reject(new Error('EIO')) };
    const activities = createObserveActivities(server.kubernetes, broken);
    await expect(activities.observeHost({ ...looking, observation: 'look-1' })).rejects.toThrow('EIO');
    expect(server.writes).toEqual([]);
  });

  it('keeps the judged rows beside the facts, and rows without facts are not written', async () => {
    const server = objectServer();
    await writeDeviceRows(server.kubernetes, CLUSTER, 'n1', [{ path: '/dev/sdb' }]);
    expect(server.names()).toEqual([]);
    const activities = createObserveActivities(server.kubernetes, probing([factsOf('n1')]));
    await activities.observeHost({ ...looking, observation: 'look-1' });
    await writeDeviceRows(server.kubernetes, CLUSTER, 'n1', [{ path: '/dev/sdb' }]);
    await activities.observeHost({ ...looking, observation: 'look-2' });
    expect(JSON.parse(dataOf(server)['devices'] ?? '')).toEqual([{ path: '/dev/sdb' }]);
    expect(dataOf(server)['observation']).toBe('look-2');
  });
});

describe('the proof that no daemon runs', () => {
  const asked = { cluster: CLUSTER, fsid: null, dataDir: '/var/lib/rook', disks: [] };

  it('holds where none can be seen', async () => {
    const activities = createObserveActivities(objectServer().kubernetes, probing([]));
    expect(await activities.requireNoDaemons(asked)).toEqual({ already: true });
  });

  it('fails with all of them attached, so that no disk is wiped under a daemon', async () => {
    const findings = [0, 1, 2, 3].map((id): Finding => ({
      code: 'STILL_RUNNING',
      severity: 'blocking',
      because: `osd.${id} answers on n1`,
    }));
    const activities = createObserveActivities(objectServer().kubernetes, probing([], findings));
    await expect(activities.requireNoDaemons(asked)).rejects.toMatchObject({
      code: 'STILL_RUNNING',
      message: expect.stringContaining('osd.2 answers on n1 (4 in all)'),
      details: { findings },
    });
  });
});
