import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderBirthConf } from '../../src/ceph/birth-conf.ts';
import { readSecret } from '../../src/ceph/cluster-store.ts';
import { runProgram } from '../../src/ceph/command.ts';
import { withKeyDirectory, writeKeyFile } from '../../src/ceph/key-files.ts';
import { extractMonmap, lookIntoMonStore, placeOf, unfinishedStore } from '../../src/ceph/mon-store.ts';
import { writeMonmap, type Monmap } from '../../src/ceph/monmap.ts';
import type { MadeMonStore, MakeMonStoreInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { keyringText } from '../../src/manifests/keyring.ts';
import { monAddressVector } from '../../src/manifests/mon-addresses.ts';
import { hostPaths, NAMES } from '../../src/manifests/names.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { readMgrKeyrings } from '../ceph/mgr-keyrings.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/**
 * Makes a mon's store on this host, once. It is made beside its place, proven (keyring there, monmap with the planned fsid and names),
 * and renamed: a half-made store never stands where a mon would start from it. A complete store of this cluster and mon is left;
 * anything else in its place is refused, because it may be the last copy of another cluster's maps.
 */
export async function makeMonStore(deps: AgentDeps, input: MakeMonStoreInput): Promise<MadeMonStore> {
  const path = hostPaths(input.dataDir, input.cluster).monData(input.mon);
  const made = { mon: input.mon, path };
  if ((await placeOf(path)) === 'filled') {
    await requireOwnStore(deps, path, input);
    return { ...made, already: true };
  }
  await whileHeartbeating(
    () => `making the store of mon.${input.mon}`,
    () => makeNewStore(deps, path, input),
  );
  return { ...made, already: false };
}

async function requireOwnStore({ host }: AgentDeps, path: string, { mon, fsid }: MakeMonStoreInput): Promise<void> {
  const where = `The store of mon.${mon} on ${host.node} (${path})`;
  const map = await lookIntoMonStore(path);
  if (map === null || !(await hasKeyring(path)))
    throw failure('STALE_STATE', `${where} is there and cannot be read as a complete mon store`);
  if (map.fsid !== fsid) throw failure('STALE_STATE', `${where} belongs to cluster ${map.fsid}, not to ${fsid}`);
  if (!map.mons.includes(mon))
    throw failure('STALE_STATE', `${where} has a monmap without mon.${mon} (${map.mons.join(', ')})`);
}

const hasKeyring = async (store: string): Promise<boolean> => {
  const keyring = await stat(join(store, 'keyring')).catch(() => undefined);
  return keyring !== undefined && keyring.size > 0;
};

async function makeNewStore(deps: AgentDeps, path: string, input: MakeMonStoreInput): Promise<void> {
  await access(input.dataDir);
  const unfinished = unfinishedStore(path, input.fsid);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o750 });
  await mkfs(deps, unfinished, input);
  await requireComplete(unfinished, input);
  // The mon runs as this user; in upstream images and in Debian's its number differs.
  await runProgram({
    program: 'chown',
    args: ['-R', 'ceph:ceph', dirname(path)],
    title: 'chown of the mon store',
    timeoutSeconds: 60,
  });
  await rename(unfinished, path);
  await syncDirectory(dirname(path));
}

async function mkfs(deps: AgentDeps, store: string, input: MakeMonStoreInput): Promise<void> {
  const { cluster, fsid, mon, mons, requireMsgr2 } = input;
  const identity = await readSecret(deps.kubernetes, cluster, NAMES.mon);
  const { 'mon-secret': monKey, 'ceph-secret': adminKey } = identity ?? {};
  if (identity?.fsid !== fsid || !monKey || !adminKey)
    throw failure(
      'IDENTITY_CONFLICT',
      `The Secret ${NAMES.mon} of ${cluster} is not that of cluster ${fsid}, or not complete`,
    );
  const users = [
    { entity: 'mon.', key: monKey },
    { entity: 'client.admin', key: adminKey },
    ...(await readMgrKeyrings(deps, cluster, input.mgrs)),
  ];
  const spec = await deps.readDocument(cluster);
  const messenger = requireMsgr2 ? 'v2-only' : 'v1-and-v2';
  const mon_host = mons.map(({ address }) => monAddressVector(address, messenger)).join(',');
  await withKeyDirectory(deps.cephDir, async (directory) => {
    const [keyring, monmap, conf] = ['keyring', 'monmap', 'ceph.conf'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await writeKeyFile(keyring, keyringText(users));
    // An fsid in the file would silently win over the monmap's, so it is the same one.
    await writeKeyFile(conf, renderBirthConf({ fsid, mon_host }, spec?.cephConfig ?? {}, ['mon']));
    await writeMonmap(monmap, input);
    await runProgram({
      program: 'ceph-mon',
      args: [
        '--conf',
        conf,
        '--mkfs',
        '-i',
        mon,
        '--mon-data',
        store,
        '--monmap',
        monmap,
        '--keyring',
        keyring,
        '--log-to-file=false',
      ],
      title: 'ceph-mon --mkfs',
      timeoutSeconds: 120,
    });
  });
}

/** mkfs answers 0 also where it made nothing, so only what lies there counts. */
async function requireComplete(store: string, { mon, fsid, mons }: MakeMonStoreInput): Promise<void> {
  const map: Monmap = await extractMonmap(mon, store);
  const planned = mons.map(({ name }) => name).sort();
  const seen = `fsid ${map.fsid}, mons ${map.mons.join(', ')}`;
  if (!(await hasKeyring(store)))
    throw failure('COMMAND_FAILED', `"ceph-mon --mkfs" of mon.${mon} ended without making a keyring`);
  if (map.fsid !== fsid || map.mons.join() !== planned.join())
    throw failure('COMMAND_FAILED', `The new store of mon.${mon} has another monmap than planned: ${seen}`);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
