import { describe, expect, it } from 'vitest';
import {
  forgetClusterRecord,
  readClusterRecord,
  writeClusterRecord,
} from '../../../activities/operations/cluster-record.ts';
import { configMapServer } from './config-map-server.ts';

const RECORD = {
  image: 'quay.io/ceph/ceph:v20.2.4',
  dataDir: '/var/lib/rook',
  fsid: '11111111-1111-4111-8111-111111111111',
  nodes: ['n1', 'n2'],
  updatedAt: '2026-11-22T04:00:00.000Z',
};

describe('the record of a cluster', () => {
  it('is kept beside those of others and forgotten alone', async () => {
    const { kubernetes } = configMapServer();
    expect(await readClusterRecord(kubernetes, 'one')).toBeNull();
    expect(await writeClusterRecord(kubernetes, 'one', RECORD)).toEqual({ already: false });
    expect(await writeClusterRecord(kubernetes, 'two', { ...RECORD, fsid: null })).toEqual({ already: false });
    expect(await readClusterRecord(kubernetes, 'one')).toEqual(RECORD);
    expect(await forgetClusterRecord(kubernetes, 'one', RECORD.fsid)).toEqual({ already: false });
    expect(await forgetClusterRecord(kubernetes, 'one', RECORD.fsid)).toEqual({ already: true });
    expect(await readClusterRecord(kubernetes, 'one')).toBeNull();
    expect(await readClusterRecord(kubernetes, 'two')).toEqual({ ...RECORD, fsid: null });
  });

  it('is not forgotten for a cluster that is gone where it is of another one by now', async () => {
    const { kubernetes } = configMapServer();
    await writeClusterRecord(kubernetes, 'one', RECORD);
    const forgetting = forgetClusterRecord(kubernetes, 'one', 'another');
    await expect(forgetting).rejects.toMatchObject({ code: 'IDENTITY_CONFLICT' });
    expect(await readClusterRecord(kubernetes, 'one')).toEqual(RECORD);
  });

  it('is not written again only because time went on', async () => {
    const { kubernetes } = configMapServer();
    await writeClusterRecord(kubernetes, 'one', RECORD);
    expect(await writeClusterRecord(kubernetes, 'one', { ...RECORD, updatedAt: 'later' })).toEqual({ already: true });
    expect(await writeClusterRecord(kubernetes, 'one', { ...RECORD, nodes: ['n1'] })).toEqual({ already: false });
  });

  it('is not taken for none where it cannot be read', async () => {
    const server = configMapServer();
    server.set('cephflow-system', 'cephflow-clusters', { one: '{"image":1}' });
    await expect(readClusterRecord(server.kubernetes, 'one')).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
  });
});
