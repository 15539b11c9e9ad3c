import type { PlannedOsd } from '../../src/contract/bootstrap.ts';
import type { HostFacts } from '../../src/contract/host.ts';
import { failure } from '../../src/errors.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { FakeKubernetes } from '../activities/fake-agent.ts';
import { aDisk, aLabel, FSID } from '../domain/disk-facts-builder.ts';
import { aHost } from '../domain/teardown-observation-builder.ts';
import { ModelledCluster, type ModelledOsd, type ModelledPool } from './modelled-cluster.ts';

export const TIB = 2 ** 40;

export interface ModelledDisk {
  id: string;
  host: string;
  /** The OSD on it. */
  label: { uuid: string; osdId: number } | null;
}

export interface Shape {
  hosts: number;
  disksPerHost: number;
  pools: readonly ModelledPool[];
  lagSeconds: number;
  copiesPerSecond: number;
}

/** A modelled cluster with its hosts: their disks, and what Kubernetes runs there. */
export class ModelledWorld {
  readonly kubernetes = new FakeKubernetes();
  readonly cluster: ModelledCluster;
  readonly hosts: string[];
  disks: ModelledDisk[];
  /** Uuid of the OSD that each Deployment runs, by the id of the OSD. */
  readonly deployed = new Map<number, string>();
  /** Uuids of OSDs that have a directory on their host. */
  readonly directories = new Set<string>();
  /** No identity is ever given to two disks. */
  private plugged = 0;

  constructor({ hosts, disksPerHost, pools, lagSeconds, copiesPerSecond }: Shape) {
    this.hosts = Array.from({ length: hosts }, (_, index) => `n${index + 1}`);
    const osds = this.hosts.flatMap((host, at) =>
      Array.from({ length: disksPerHost }, (_, index) => anOsd(at * disksPerHost + index, host)),
    );
    this.cluster = new ModelledCluster(osds, pools, { lagSeconds, copiesPerSecond });
    this.disks = osds.map(({ id, uuid, host, disk }) => ({ id: disk ?? '', host, label: { uuid, osdId: id } }));
    for (const { id, uuid } of osds) this.start(id, uuid);
  }

  /** What the agents see. */
  get facts(): HostFacts[] {
    return this.hosts.map((host) => {
      const disks = this.disks.filter((disk) => disk.host === host);
      const leftovers = disks.flatMap(({ label }) => (label && this.directories.has(label.uuid) ? [label.uuid] : []));
      return aHost(host, {
        disks: disks.map(({ id, label }) => {
          const labels = label === null ? [] : [aLabel({ osdUuid: label.uuid, osdId: label.osdId })];
          const busy = label === null ? null : 'EBUSY';
          return aDisk({ id, path: `/dev/${id}`, aliases: [], labels, sizeBytes: TIB, exclusiveOpenError: busy });
        }),
        leftovers: leftovers.map((name) => ({
          kind: 'osd-directory' as const,
          path: `/var/lib/rook/${name}`,
          cephFsid: FSID,
          name,
          complete: false,
        })),
      });
    });
  }

  get deployments(): { id: number; uuid: string; node: string | null }[] {
    return [...this.deployed].map(([id, uuid]) => ({ id, uuid, node: this.cluster.osd(id)?.host ?? null }));
  }

  start(id: number, uuid: string): void {
    this.deployed.set(id, uuid);
    this.directories.add(uuid);
  }

  /** As stop-osd.ts: ends exactly the pod of this OSD. */
  stop({ id, uuid }: { id: number; uuid: string }): void {
    const running = this.deployed.get(id);
    if (running !== undefined && running !== uuid) throw failure('DISK_CHANGED', `osd.${id} is another OSD`);
    this.deployed.delete(id);
    const osd = this.cluster.osd(id);
    if (osd !== undefined) osd.runs = false;
  }

  /** As remove-osd-directory.ts. */
  removeDirectory(uuid: string): void {
    this.directories.delete(uuid);
  }

  /** As wipe-own-disk.ts: only what carries exactly this OSD. */
  wipe(id: string, uuid: string): void {
    const disk = this.disks.find((one) => one.id === id);
    if (disk === undefined) throw failure('DISK_CHANGED', `${id} is gone`);
    if (disk.label === null) return;
    if (disk.label.uuid !== uuid) throw failure('DISK_CHANGED', `${id} carries ${disk.label.uuid}`);
    if (this.cluster.osds.some((osd) => osd.uuid === uuid))
      this.cluster.violations.push(`the disk ${id} of a living OSD was wiped`);
    disk.label = null;
  }

  /** Hands take the disk of an OSD out and put a new one in. */
  swap(host: string, old: string | null): ModelledDisk {
    this.disks = this.disks.filter(({ id }) => id !== old);
    return this.plug(host);
  }

  /** A host joins, with blank disks. */
  join(host: string, disks: number): void {
    this.hosts.push(host);
    for (let index = 0; index < disks; index += 1) this.plug(host);
  }

  plug(host: string): ModelledDisk {
    this.plugged += 1;
    const disk: ModelledDisk = { id: `disk-new-${this.plugged}-${host}`, host, label: null };
    this.disks.push(disk);
    return disk;
  }

  /** As create-osd.ts and the start of its pod, with the id of a new OSD. */
  create(planned: Pick<PlannedOsd, 'diskId' | 'node' | 'osdUuid'>): void {
    this.begin(this.bear(planned), planned.osdUuid);
  }

  /** As create-osd.ts, with the id of a destroyed OSD or a new one. Found complete, it is done. */
  bear({ diskId, node, osdUuid: uuid }: Pick<PlannedOsd, 'diskId' | 'node' | 'osdUuid'>, keptId?: number): number {
    const { cluster } = this;
    const disk = this.disks.find(({ id }) => id === diskId);
    if (disk === undefined) throw failure('DISK_CHANGED', `${diskId} is gone`);
    if (disk.label !== null && disk.label.uuid !== uuid) throw failure('DISK_CHANGED', `${diskId} is in use`);
    const known = cluster.osds.find((osd) => osd.uuid === uuid)?.id;
    const kept = keptId === undefined ? undefined : cluster.osd(keptId);
    if (known === undefined && kept !== undefined && !kept.destroyed)
      throw failure('IDENTITY_CONFLICT', `osd.${keptId} is in use`);
    const id = known ?? kept?.id ?? Math.max(-1, ...cluster.osds.map((osd) => osd.id)) + 1;
    disk.label = { uuid, osdId: id };
    if (known === undefined) this.enlist(id, { uuid, node, diskId }, kept);
    return id;
  }

  /** As the start of its pod: a new OSD marks itself in. */
  begin(id: number, uuid: string): void {
    const osd = this.cluster.osd(id);
    if (osd?.uuid !== uuid) throw failure('DISK_CHANGED', `osd.${id} is another OSD`);
    osd.runs = true;
    if (osd.isNew) Object.assign(osd, { inside: true, up: true, isNew: false });
    this.start(id, uuid);
  }

  /** A place that it takes over keeps its weight. */
  private enlist(id: number, { uuid, node, diskId }: Record<'uuid' | 'node' | 'diskId', string>, kept?: ModelledOsd) {
    const initial = this.cluster.settings.get('osd/osd_crush_initial_weight');
    const waits = { inside: false, up: false, runs: false, isNew: true };
    const born = { ...anOsd(id, node), ...waits, uuid, disk: diskId, weight: Number(initial ?? 1) };
    if (kept !== undefined) Object.assign(kept, { ...born, weight: kept.weight });
    else this.cluster.osds.push(born);
  }
}

const anOsd = (id: number, host: string): ModelledOsd => ({
  id,
  uuid: osdUuid(FSID, host, `disk-${id}`),
  host,
  disk: `disk-${id}`,
  sizeTib: 1,
  weight: 1,
  inside: true,
  up: true,
  runs: true,
  destroyed: false,
  isNew: false,
  autoOut: false,
  downSince: 0,
  copies: new Map(),
});
