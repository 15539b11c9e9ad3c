import { describe, expect, it } from 'vitest';
import { createOperationActivities } from '../../../activities/operations/operation-activities.ts';
import { writeDocumentStatus, type WantedStatus } from '../../../activities/operations/document-status.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aDocument, aNamespace } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';
import { opsDeps } from '../../builders/ops-deps.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';

const CLUSTER = 'rook-ceph';
const READY: WantedStatus = {
  phase: 'Ready',
  message: 'serves',
  ceph: {
    health: 'HEALTH_OK',
    fsid: FSID,
    version: '20.2.4',
    versions: { mon: { '20.2.4': 3 }, mgr: { '20.2.4': 2 }, osd: { '20.2.4': 6 } },
  },
};
const PARKED: WantedStatus = { phase: 'Failure', message: 'verify: osd.3 is down' };

const given = (status: object = {}) => {
  const server = objectServer(aNamespace(), { ...aDocument(), status } as KubernetesObject);
  const write = (wanted: WantedStatus) => writeDocumentStatus(server.kubernetes, CLUSTER, wanted);
  const shown = () => server.get('CephCluster', CLUSTER)?.['status'] as Record<string, unknown>;
  return { server, write, shown };
};
const conditionsOf = (status: Record<string, unknown>) =>
  (status['conditions'] as { type: string; status: string }[]).map(({ type, status: value }) => `${type}=${value}`);

describe('the status of a document', () => {
  it('counts the daemons of each version as they are', async () => {
    const { write, shown } = given();
    await write(READY);
    expect(shown()['ceph']).toMatchObject({ versions: { osd: { '20.2.4': 6 }, overall: { '20.2.4': 11 } } });
    expect(shown()['version']).toEqual({ image: 'quay.io/ceph/ceph:v20.2.4', version: '20.2.4-0' });
  });

  it('keeps no version and no daemon type that is gone', async () => {
    const { write, shown } = given({
      ceph: { versions: { mon: { '18.2.8': 3 }, mds: { '18.2.8': 1 }, overall: { '18.2.8': 4 } } },
    });
    await write(READY);
    expect(shown()['ceph']).toMatchObject({
      versions: { mon: { '20.2.4': 3 }, mgr: { '20.2.4': 2 }, osd: { '20.2.4': 6 }, overall: { '20.2.4': 11 } },
    });
    const { versions } = shown()['ceph'] as { versions: Record<string, object> };
    expect(Object.keys(versions).toSorted()).toEqual(['mgr', 'mon', 'osd', 'overall']);
    expect(Object.keys(versions['mon'] ?? {})).toEqual(['20.2.4']);
  });

  it('has one phase that is true, and keeps what others wrote', async () => {
    const { write, shown } = given({
      conditions: [{ type: 'DeletionIsBlocked', status: 'False' }],
      ceph: { health: 'HEALTH_OK', capacity: { bytesTotal: 7 } },
      observedBy: 'someone',
    });
    await write({ phase: 'Progressing', message: 'bootstrap is under way' });
    await write(PARKED);
    expect(conditionsOf(shown())).toEqual(['DeletionIsBlocked=False', 'Progressing=False', 'Failure=True']);
    expect(shown()).toMatchObject({
      phase: 'Failure',
      state: 'Error',
      message: 'verify: osd.3 is down',
      observedBy: 'someone',
      ceph: { health: 'HEALTH_OK', capacity: { bytesTotal: 7 } },
    });
    await write(READY);
    expect(conditionsOf(shown())).toEqual([
      'DeletionIsBlocked=False',
      'Progressing=False',
      'Failure=False',
      'Ready=True',
    ]);
    expect(shown()['ceph']).toMatchObject({ capacity: { bytesTotal: 7 } });
  });

  it.each([READY, PARKED])('$phase is written once: what it says already is not written again', async (wanted) => {
    const { server, write } = given();
    expect(await write(wanted)).toEqual({ already: false });
    const { length } = server.writes;
    expect(await write(wanted)).toEqual({ already: true });
    expect(server.writes).toHaveLength(length);
  });

  it('keeps the time of the transition while the phase stays', async () => {
    const since = '2026-11-22T00:00:00.000Z';
    const { write, shown } = given({
      phase: 'Failure',
      conditions: [{ type: 'Failure', status: 'True', lastTransitionTime: since }],
    });
    await write(PARKED);
    expect(shown()['conditions']).toMatchObject([{ message: PARKED.message, lastTransitionTime: since }]);
  });
});

describe('what an operation notes', () => {
  const noting = async (operation: string, phase: string) => {
    const { server, shown } = given({ phase });
    const activities = createOperationActivities(opsDeps(server.kubernetes));
    const holder = { cluster: CLUSTER, workflowId: `${operation}:${CLUSTER}`, runId: 'run-1' };
    const note = { ...holder, operation, awaiting: 'operator' as const, status: PARKED as never };
    return { server, activities, shown, holder, note };
  };

  it('stands in the document while it holds the cluster, and not a moment longer', async () => {
    const { server, activities, shown, holder, note } = await noting('bootstrap', 'TornDown');
    await expect(activities.noteAwaiting(note)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    expect(shown()['phase']).toBe('TornDown');
    await activities.takeOperation({ ...holder, operation: 'bootstrap', target: CLUSTER });
    expect(await activities.noteAwaiting(note)).toEqual({ already: false });
    expect(shown()).toMatchObject({ phase: 'Failure', message: PARKED.message });
    expect(server.get('ConfigMap', 'cephflow-operations')?.['data']).toMatchObject({
      'bootstrap_rook-ceph.run-1': expect.stringContaining('"awaiting":"operator"'),
    });
  });

  it("does not take back teardown's last word", async () => {
    const { activities, shown, holder, note } = await noting('teardown', 'TornDown');
    await activities.takeOperation({ ...holder, operation: 'teardown', target: CLUSTER });
    await activities.noteAwaiting(note);
    expect(shown()['phase']).toBe('TornDown');
  });
});
