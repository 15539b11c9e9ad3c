import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdminSockets, readSocketFsid } from '../../src/ceph/admin-socket.ts';
import { isStoreOpen, lookIntoMonStore } from '../../src/ceph/mon-store.ts';
import type { FindDaemonsInput, FoundDaemons } from '../../src/contract/ceph-activities.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { hostPaths } from '../../src/manifests/names.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/**
 * Every daemon of the cluster that still runs on this host, as far as an agent can see it: a disk that somebody has open, an admin
 * socket that answers, a mon store that is locked. Changes nothing. What cannot be attributed counts as the cluster's own.
 */
export async function findDaemons(deps: AgentDeps, input: FindDaemonsInput): Promise<FoundDaemons> {
  const found = await whileHeartbeating(
    () => `looking for daemons on ${deps.host.node}`,
    () => Promise.all([openDisks(deps, input), liveSockets(deps, input), openStores(deps, input)]),
  );
  return { findings: found.flat() };
}

const running = (node: string, what: string, because: string): Finding => ({
  code: 'STILL_RUNNING',
  severity: 'blocking',
  because: `${because} on ${node}.`,
  remedy: 'Find out what keeps it alive and end it.',
  target: `${node}:${what}`,
});

async function openDisks({ host }: AgentDeps, { disks, fsid }: FindDaemonsInput): Promise<Finding[]> {
  const asked = new Set(disks.map(({ id }) => id));
  return (await readDisks(host))
    .filter(
      ({ id, labels }) =>
        (id !== null && asked.has(id)) || labels.some((label) => fsid !== null && label.cephFsid === fsid),
    )
    .flatMap(({ path, exclusiveOpenError, labels }) => {
      if (exclusiveOpenError === null) return [];
      const osd = labels[0]?.osdId ?? 'unknown';
      return [running(host.node, path, `Disk ${path} (osd.${osd}) is open (${exclusiveOpenError})`)];
    });
}

async function liveSockets({ host }: AgentDeps, { dataDir, cluster, fsid }: FindDaemonsInput): Promise<Finding[]> {
  const sockets = (await readAdminSockets(hostPaths(dataDir, cluster).sockets)).filter(({ alive }) => alive);
  const found: Finding[] = [];
  for (const socket of sockets) {
    const belongsTo = await readSocketFsid(socket);
    if (belongsTo === null || fsid === null || belongsTo === fsid)
      found.push(running(host.node, socket.daemon, `The admin socket of ${socket.daemon} answers`));
  }
  return found;
}

async function openStores({ host }: AgentDeps, { dataDir, fsid }: FindDaemonsInput): Promise<Finding[]> {
  const names = await readdir(dataDir).catch(() => []);
  const found: Finding[] = [];
  for (const name of names.filter((candidate) => candidate.startsWith('mon-'))) {
    const store = join(dataDir, name, 'data');
    if (!(await isStoreOpen(store))) continue;
    const belongsTo = (await lookIntoMonStore(store))?.fsid ?? null;
    if (belongsTo === null || fsid === null || belongsTo === fsid)
      found.push(running(host.node, name, `The store of ${name.replace('mon-', 'mon.')} is locked by a running mon`));
  }
  return found;
}
