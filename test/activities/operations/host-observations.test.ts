import { describe, expect, it } from 'vitest';
import { readHostFacts } from '../../../activities/operations/host-observations.ts';
import { aHost } from '../../domain/teardown-observation-builder.ts';
import { configMapServer } from './config-map-server.ts';

const wrote = (node: string, observation: string) => ({ facts: JSON.stringify(aHost(node)), observation });

describe('what the hosts saw', () => {
  it('comes in the order that was asked', async () => {
    const server = configMapServer();
    for (const node of ['n1', 'n2']) server.set('rook-ceph', `local-device-${node}`, wrote(node, 'look-1'));
    const looked = { cluster: 'rook-ceph', nodes: ['n2', 'n1'], observation: 'look-1' };
    expect(await readHostFacts(server.kubernetes, looked)).toEqual([aHost('n2'), aHost('n1')]);
  });

  it('is never older than asked: every host without a fresh look is named', async () => {
    const server = configMapServer();
    server.set('rook-ceph', 'local-device-n1', wrote('n1', 'look-2'));
    server.set('rook-ceph', 'local-device-n2', wrote('n2', 'look-1'));
    const looked = { cluster: 'rook-ceph', nodes: ['n1', 'n2', 'n3'], observation: 'look-2' };
    await expect(readHostFacts(server.kubernetes, looked)).rejects.toMatchObject({
      code: 'HOST_SILENT',
      message: expect.stringContaining('n2, n3'),
    });
  });
});
