import { describe, expect, it } from 'vitest';
import type { AddDiskPlan } from '../../src/contract/add-disk.ts';
import { planAddDisk, type AddDiskRequest } from '../../src/domain/add-disk-plan.ts';
import { planBootstrap, type BootstrapObservation } from '../../src/domain/bootstrap-plan.ts';
import {
  aFinishedCluster,
  aFreshCluster,
  aPlannedHost,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  runningCluster,
  wishes,
} from '../builders/bootstrap-observation.ts';
import { aLabel, OTHER_FSID } from './disk-facts-builder.ts';

const NEW = 'serial:new';
const OTHER = 'serial:other';

/** A finished cluster whose first host got disks. */
const withDisks = (...disks: ReturnType<typeof diskOf>[]): BootstrapObservation =>
  aFinishedCluster({
    facts: NODES.map((node) =>
      factsOf(node, { disks: [ownDisk(node), ...(node === 'n1' ? disks : [])], leftovers: [monStoreOf(node)] }),
    ),
  });
const blank = (id: string, path: string) => diskOf('n1', { id, path });
const aNewDisk = () => withDisks(blank(NEW, '/dev/sdx'));

const planOf = (seen: BootstrapObservation, asked: Partial<AddDiskRequest> = {}): AddDiskPlan =>
  planAddDisk(seen, { node: 'n1', ...asked });
const idsOf = ({ steps }: AddDiskPlan): string[] => steps.map(({ id }) => id);
const blocking = ({ findings }: AddDiskPlan): string[] =>
  findings.filter(({ severity }) => severity === 'blocking').map(({ code }) => code);

describe('the plan of add-disk', () => {
  it('makes an OSD on the new disk and touches no other', () => {
    const plan = planOf(aNewDisk());
    expect(idsOf(plan)).toEqual(['remember-host', 'create-osds/n1', 'verify', 'report-status']);
    expect(plan.osds.map(({ diskId }) => diskId)).toEqual([NEW]);
    expect(plan.steps[1]).toMatchObject({ risk: 'destroys-data', alwaysAsk: false });
    expect(plan.steps[1]?.targets).toEqual([`n1:${NEW}:${plan.osds[0]?.osdUuid}`]);
    expect(blocking(plan)).toEqual([]);
    expect(plan.summary).toMatch(/^Makes 1 OSDs on n1 with [0-9.]+ GiB: \/dev\/sdx\.$/);
  });

  it('gives the OSD the uuid that bootstrap would give it, so that each finds what the other made', () => {
    const seen = aNewDisk();
    const whole = planBootstrap(seen).osds.find(({ diskId }) => diskId === NEW);
    expect(planOf(seen).osds).toEqual([whole]);
  });

  it('leaves out the blank disks that were not named', () => {
    const seen = withDisks(blank(NEW, '/dev/sdx'), blank(OTHER, '/dev/sdy'));
    expect(planOf(seen).osds.map(({ diskId }) => diskId)).toEqual([NEW, OTHER]);
    const plan = planOf(seen, { devices: [OTHER] });
    expect(plan.osds.map(({ diskId }) => diskId)).toEqual([OTHER]);
    expect(plan.hash).not.toBe(planOf(seen).hash);
    expect(planOf(seen, { except: [NEW] }).osds.map(({ diskId }) => diskId)).toEqual([OTHER]);
  });

  it('has another hash than the same disk in a bootstrap: an approval is for one operation', () => {
    const seen = aNewDisk();
    expect(planOf(seen).hash).not.toBe(planBootstrap(seen).hash);
  });

  it('starts the crash collector of a host that had no daemon', () => {
    const seen = aFinishedCluster();
    const hosts = [...seen.hosts, aPlannedHost('n4'), aPlannedHost('n5')];
    const facts = [...seen.facts, factsOf('n4'), factsOf('n5')];
    const plan = planOf({ ...seen, hosts, facts }, { node: 'n4' });
    expect(idsOf(plan)).toContain('start-crash-collectors');
    expect(plan.crashCollectorNodes).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(plan.osds.map(({ node }) => node)).toEqual(['n4']);
  });

  it('goes on with an OSD that is half made, which a person has to approve', () => {
    const uuid = planOf(aNewDisk()).osds[0]?.osdUuid ?? '';
    const begun = aLabel({ osdUuid: uuid, ready: false, mkfsDone: false });
    const plan = planOf(withDisks(diskOf('n1', { id: NEW, path: '/dev/sdx', labels: [begun] })), { devices: [NEW] });
    expect(blocking(plan)).toEqual([]);
    expect(plan.steps[1]).toMatchObject({ id: 'create-osds/n1', risk: 'destroys-data', alwaysAsk: true });
  });

  it('takes a disk whose OSD was removed only where it is named, and forgets the removal then', () => {
    const removed = [{ node: 'n1', disk: NEW, osdId: 9, osdUuid: 'gone', since: '2026-01-01T00:00:00Z' }];
    const seen = { ...aNewDisk(), removed };
    expect(planOf(seen).steps).toEqual([]);
    const plan = planOf(seen, { devices: [NEW] });
    expect(idsOf(plan)).toContain('forget-removed');
    expect([plan.forgets, blocking(plan)]).toEqual([[{ node: 'n1', disk: NEW }], []]);
  });

  it('is empty where every disk carries a running OSD, also where that disk is named', () => {
    const plan = planOf(aFinishedCluster());
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toContain('1 of its 1 disks carry OSDs');
    const named = planOf(aFinishedCluster(), { devices: ['serial:n1-1'] });
    expect([named.steps, blocking(named)]).toEqual([[], []]);
  });
});

describe('add-disk refuses', () => {
  it.each([
    ['a file system', { signatures: [{ type: 'ext4', offsetBytes: 1080 }] }, 'HAS_FILESYSTEM'],
    ['an OSD of another cluster', { labels: [aLabel({ cephFsid: OTHER_FSID })] }, 'FOREIGN_OSD'],
    ['a mount', { mounts: ['/srv'] }, 'MOUNTED'],
  ])('a named disk with %s, with the reason of the table', (_, changes, reason) => {
    const plan = planOf(withDisks(diskOf('n1', { id: NEW, path: '/dev/sdx', ...changes })), { devices: [NEW] });
    expect(blocking(plan)).toContain('DISK_NOT_ELIGIBLE');
    expect(plan.findings.find(({ code }) => code === 'DISK_NOT_ELIGIBLE')?.because).toContain(reason);
    expect(plan.osds).toEqual([]);
  });

  it('a named disk that the document does not select', () => {
    const seen = { ...aNewDisk(), wishes: wishes({ storage: { useAllNodes: true, deviceFilter: '^nvme' } }) };
    const plan = planOf(seen, { devices: [NEW] });
    expect(plan.findings.find(({ code }) => code === 'DISK_NOT_ELIGIBLE')?.because).toContain('NOT_SELECTED');
  });

  it('a named disk that is not there, and names those that are', () => {
    const plan = planOf(aNewDisk(), { devices: ['serial:lost'] });
    expect(blocking(plan)).toEqual(['DISK_NOT_FOUND']);
    expect(plan.findings[0]?.because).toContain(NEW);
  });

  it('a host that Kubernetes does not know, that may carry no OSD, or that has no agent', () => {
    expect(blocking(planOf(aNewDisk(), { node: 'n9' }))).toEqual(['HOST_NOT_FOR_OSDS']);
    const seen = aNewDisk();
    const tainted = seen.hosts.map((host) => (host.node === 'n1' ? { ...host, osdRefusal: 'taint gpu' } : host));
    expect(blocking(planOf({ ...seen, hosts: tainted }))).toContain('HOST_NOT_FOR_OSDS');
    const silent = { ...seen, facts: seen.facts.filter(({ node }) => node !== 'n1') };
    expect(blocking(planOf(silent))).toContain('HOST_NOT_FOR_OSDS');
  });

  it('to go on without a host that is not ready: it is waited for by name', () => {
    const seen = aNewDisk();
    const hosts = seen.hosts.map((host) =>
      host.node === 'n1' ? { ...host, osdRefusal: 'n1: not ready', awaySince: { since: null } } : host,
    );
    const plan = planOf({ ...seen, hosts, facts: seen.facts.filter(({ node }) => node !== 'n1') });
    expect(plan.findings.find(({ code }) => code === 'HOST_NEEDED')?.target).toBe('n1');
    expect(blocking(plan)).not.toContain('HOST_NOT_FOR_OSDS');
  });

  it('a disk that still carries the OSD that was removed from it, and says how it is wiped', () => {
    const labels = [aLabel({ osdUuid: 'gone', osdId: 9 })];
    const removed = [{ node: 'n1', disk: NEW, osdId: 9, osdUuid: 'gone', since: '2026-01-01T00:00:00Z' }];
    const seen = { ...withDisks(diskOf('n1', { id: NEW, path: '/dev/sdx', labels })), removed };
    const plan = planOf(seen, { devices: [NEW] });
    expect(plan.findings.find(({ remedy }) => remedy?.includes('"wipe":true'))?.code).toBe('DISK_NOT_ELIGIBLE');
  });

  it('where no cluster was made yet', () => {
    expect(blocking(planOf(aFreshCluster()))).toContain('CLUSTER_NOT_MADE');
  });

  it.each([
    [
      'Ceph does not answer',
      { reachable: false as const, reason: 'no mon answers', fsid: null },
      'CLUSTER_NOT_SERVING',
    ],
    [
      'a mon is not in quorum',
      runningCluster({ mons: { all: ['a', 'b', 'c'], quorum: ['a', 'b'] } }),
      'CLUSTER_NOT_SERVING',
    ],
    [
      'no mgr is active',
      runningCluster({ mgr: { available: false, active: null, standbys: [] } }),
      'CLUSTER_NOT_SERVING',
    ],
    ['a PG does not serve', withCheck('PG_AVAILABILITY'), 'PG_AVAILABILITY'],
    ['data is damaged', withCheck('PG_DAMAGED'), 'PG_DAMAGED'],
  ])('where %s', (_, ceph, code) => {
    expect(blocking(planOf({ ...aNewDisk(), ceph }))).toContain(code);
  });

  it.each(['OSD_NEARFULL', 'OSD_FULL', 'PG_DEGRADED', 'OSD_DOWN', 'OSDMAP_FLAGS', 'OBJECT_MISPLACED'])(
    'nothing for %s, which more room cures or does not make worse',
    (code) => {
      const plan = planOf({ ...aNewDisk(), ceph: withCheck(code) });
      expect(blocking(plan)).toEqual([]);
      expect(plan.hash).toBe(planOf(aNewDisk()).hash);
    },
  );
});

function withCheck(code: string) {
  const checks = [{ code, severity: 'HEALTH_WARN', message: 'seen', muted: false }];
  return runningCluster({ health: { status: 'HEALTH_WARN', checks } });
}
