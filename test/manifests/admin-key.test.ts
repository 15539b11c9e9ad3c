import { describe, expect, it } from 'vitest';
import { crashCollectorDeployment, crashPruner } from '../../src/manifests/crash-collector.ts';
import { identitySecrets } from '../../src/manifests/identity.ts';
import { mgrDeployment } from '../../src/manifests/mgr.ts';
import { monDeployment } from '../../src/manifests/mon.ts';
import { NAMES } from '../../src/manifests/names.ts';
import { osdDeployment } from '../../src/manifests/osd.ts';
import { toolboxDeployment } from '../../src/manifests/toolbox.ts';
import { sourceFiles, textOf } from '../import-statements.ts';
import { aCluster, aMon, anAgent, dataOf } from './a-cluster.ts';

const ADMIN_KEY = 'the-admin-key';
/** Secrets that hold the key of client.admin, by what is in them. */
const WITH_ADMIN_KEY = identitySecrets(
  { namespace: 'rook-ceph', fsid: 'f' },
  { monKey: 'the-mon-key', adminKey: ADMIN_KEY },
)
  .filter((secret) => JSON.stringify(dataOf(secret)).includes(ADMIN_KEY))
  .map(({ metadata }) => metadata.name);

/** Names of every Secret that a pod mounts or reads a variable from, however deep. */
const secretsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => {
    if (key === 'secretName') return [String(inside)];
    if (key === 'secretKeyRef' || key === 'secretRef') return [(inside as { name: string }).name];
    return secretsIn(inside);
  });
};

const ctx = aCluster({ crashCollector: { daysToRetain: 7 } });
const host = aMon().host;
const pods = {
  agent: anAgent(),
  mon: monDeployment(ctx, aMon()),
  mgr: mgrDeployment(ctx, 'a'),
  osd: osdDeployment(ctx, { id: 0, uuid: 'u', host, crushRoot: 'default', crushLocation: ['host=n1'] }),
  crashCollector: crashCollectorDeployment(ctx, host),
  crashPruner: crashPruner(ctx),
  toolbox: toolboxDeployment(ctx),
};

describe("the admin's key", () => {
  it('is in the Secrets that Rook has it in', () => {
    expect(WITH_ADMIN_KEY.toSorted()).toEqual([NAMES.adminKeyring, NAMES.mon, NAMES.monsKeyring].toSorted());
  });

  it('is given to no pod but the toolbox, which is for people, and mons, whose own store holds every key', () => {
    const given = Object.entries(pods).filter(([, pod]) =>
      secretsIn(pod).some((secret) => WITH_ADMIN_KEY.includes(secret)),
    );
    expect(given.map(([name]) => name)).toEqual(['mon', 'toolbox']);
  });

  it('is not asked for by a manifest that is new here', () => {
    const naming = sourceFiles('src/manifests').filter((file) =>
      /NAMES\.(mon|monsKeyring|adminKeyring)\b|rook-ceph-(mon|mons-keyring|admin-keyring)'/.test(textOf(file)),
    );
    expect(naming).toEqual([
      'src/manifests/identity.ts',
      'src/manifests/labels.ts',
      'src/manifests/mon.ts',
      'src/manifests/names.ts',
      'src/manifests/toolbox.ts',
    ]);
  });

  it('stays away from OSDs, which have no key but that in the label of their disk', () => {
    expect(new Set(secretsIn(pods.osd))).toEqual(new Set([NAMES.config]));
    expect(new Set(secretsIn(pods.mgr))).toEqual(new Set([NAMES.config, 'rook-ceph-mgr-a-keyring']));
    expect(new Set(secretsIn(pods.crashCollector))).toEqual(new Set([NAMES.config, NAMES.crashKeyring]));
  });

  it('cannot be asked for from the API server by a daemon: no account of theirs is mounted', () => {
    const { agent: _, ...daemons } = pods;
    const mounting = Object.entries(daemons).filter(
      ([, pod]) => !JSON.stringify(pod).includes('"automountServiceAccountToken":false'),
    );
    expect(mounting.map(([name]) => name)).toEqual([]);
  });
});
