import { describe, expect, it } from 'vitest';
import { classifyFields } from '../../src/spec/classify-fields.ts';
import { parseCephCluster } from '../../src/spec/parse.ts';
import { aDocument, parsed } from './documents.ts';

const refused = (cephConfig: unknown) =>
  classifyFields(aDocument({ cephConfig })).filter(({ code }) => code === 'FIELD_REFUSED');

describe('cephConfig', () => {
  it.each([
    'bluestore_block_path',
    'bluestore_block_db_path',
    'bluestore_block_wal_path',
    'osd_data',
    'mon_data',
    'mgr_data',
    'osd_journal',
    'osd_objectstore',
    'osd_uuid',
    'fsid',
    'mon_host',
    'mon_initial_members',
    'keyring',
    'keyfile',
    'key',
    'admin_socket',
    'run_dir',
    'monmap',
    'no_mon_config',
  ])('may not set %s in any section, because devices, directories and identity follow from the plan', (option) => {
    for (const section of ['global', 'osd', 'osd.3', 'osd/class:ssd', 'client.admin']) {
      expect(refused({ [section]: { [option]: 'x' } })).toMatchObject([
        { severity: 'blocking', target: expect.stringContaining(option), because: expect.stringContaining('may not') },
      ]);
    }
  });

  it.each([
    'bluestore block db path',
    'bluestore-block-db-path',
    '  bluestore  block-db_path ',
    'Bluestore_Block_DB_Path',
    'bluestore\tblock_wal_path',
    'mon host',
    'OSD-data',
  ])('sees through another spelling: %j', (option) => {
    expect(refused({ osd: { [option]: '/dev/sdc' } })).toHaveLength(1);
  });

  it.each(['debug_osd = 1\nbluestore_block_db_path', 'bluestore_block_db_path=/dev/sdc ;', 'a # b', '[osd]', ''])(
    'takes no name that would be more than a name in a ceph.conf: %j',
    (option) => {
      expect(refused({ osd: { [option]: '1' } })).toMatchObject([
        { because: expect.stringContaining('no name of an option') },
      ]);
    },
  );

  it('takes no value that would swallow the next line of a ceph.conf', () => {
    expect(refused({ global: { debug_osd: '1 \\' } })).toMatchObject([
      { because: expect.stringContaining('ends in a backslash') },
    ]);
  });

  it('may set everything else', () => {
    const options = [
      'osd_pool_default_size',
      'osd journal size',
      'mon_data_avail_warn',
      'osd-max-backfills',
      'bluestore_block_size',
      'mon_allow_pool_delete',
      'mgr/dashboard/ssl',
      'public_network',
    ];
    expect(refused({ global: Object.fromEntries(options.map((option) => [option, '1'])) })).toEqual([]);
  });

  it('does not repeat the value, and says where in the file the option stands', () => {
    const text = `apiVersion: ceph.rook.io/v1
kind: CephCluster
metadata: { name: a, namespace: b }
spec:
  cephVersion: { image: 'ceph:v20' }
  dataDirHostPath: /var/lib/rook
  cephConfig:
    osd:
      bluestore_block_db_path: /dev/secret
`;
    const { findings } = parseCephCluster({ text, file: 'cluster.yaml' });
    expect(findings).toMatchObject([
      {
        code: 'FIELD_REFUSED',
        target: 'cephConfig.osd.bluestore_block_db_path',
        evidence: { at: 'cluster.yaml:9:7' },
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('/dev/secret');
  });

  it('keeps the rest of the document readable, so that all problems are told at once', () => {
    expect(parsed({ cephConfig: { osd: { osd_data: '/x' } } }).findings.map(({ code }) => code)).toEqual([
      'FIELD_REFUSED',
    ]);
  });
});
