import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentHash,
  findDocument,
  requireDocument,
  requireSameDocument,
} from '../../../activities/documents/cluster-document.ts';
import { aDocument } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';

const CLUSTER = 'rook-ceph';

describe('the document of a namespace', () => {
  it('is read with its generation and a hash of what it asks for', async () => {
    const { kubernetes } = objectServer(aDocument({}, { generation: 4 }));
    const document = await requireDocument(kubernetes, CLUSTER);
    expect(document).toMatchObject({ generation: 4, ref: { name: 'rook-ceph', namespace: CLUSTER } });
    expect(document.spec.mon.count).toBe(3);
    expect(document.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is none where there is none, and one of another namespace does not count', async () => {
    const { kubernetes } = objectServer(aDocument({}, { namespace: 'elsewhere' }));
    expect(await findDocument(kubernetes, CLUSTER)).toBeUndefined();
    await expect(requireDocument(kubernetes, CLUSTER)).rejects.toMatchObject({
      code: 'DOCUMENT_MISSING',
      message: expect.stringContaining('Namespace rook-ceph has no CephCluster document'),
    });
  });

  it('is refused where there are two, both named: nobody can tell which disks are meant', async () => {
    const { kubernetes } = objectServer(aDocument(), aDocument({}, { name: 'second' }));
    await expect(findDocument(kubernetes, CLUSTER)).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      message: expect.stringMatching(/has 2 CephCluster documents \(rook-ceph, second\)/),
    });
  });

  it('is refused with every problem at once', async () => {
    const { kubernetes } = objectServer(aDocument({ mon: { count: 'three' }, mgr: { count: 99 } }));
    const error: unknown = await findDocument(kubernetes, CLUSTER).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_DOCUMENT' });
    expect((error as Error).message).toMatch(/mgr\.count[\s\S]*mon\.count/);
  });
});

describe('a document that was deleted and is kept by a finalizer', () => {
  const deleted = aDocument(
    {},
    { deletionTimestamp: '2026-11-22T05:00:00Z', finalizers: ['cephflow.io/disaster-protection'] },
  );

  it('says so in a finding that blocks, with both ways out', async () => {
    const { findings } = await requireDocument(objectServer(deleted).kubernetes, CLUSTER);
    expect(findings).toMatchObject([
      {
        code: 'DOCUMENT_DELETED',
        severity: 'blocking',
        because: expect.stringContaining('deleted at 2026-11-22T05:00:00Z'),
        remedy: expect.stringMatching(
          /start teardown[\s\S]*--namespace rook-ceph patch cephclusters.ceph.rook.io rook-ceph/,
        ),
      },
    ]);
  });

  it('can still be read, so that teardown finds image and directory in it', async () => {
    const { kubernetes } = objectServer(deleted);
    expect((await findDocument(kubernetes, CLUSTER))?.spec.dataDirHostPath).toBe('/var/lib/rook');
  });

  it('is told apart from one that lives', async () => {
    const { kubernetes } = objectServer(aDocument({}, { finalizers: ['cephflow.io/disaster-protection'] }));
    expect((await requireDocument(kubernetes, CLUSTER)).findings).toEqual([]);
  });
});

describe('a document that a plan rests on', () => {
  it('stops the step where it asks for something else by now', async () => {
    const server = objectServer(aDocument());
    const { hash } = await requireDocument(server.kubernetes, CLUSTER);
    await expect(requireSameDocument(server.kubernetes, CLUSTER, hash)).resolves.toMatchObject({ hash });
    server.change('CephCluster', 'rook-ceph', (object) => ({
      ...object,
      spec: { ...(aDocument()['spec'] as object), mon: { count: 5 } },
    }));
    await expect(requireSameDocument(server.kubernetes, CLUSTER, hash)).rejects.toMatchObject({
      code: 'DOCUMENT_CHANGED',
      retryable: false,
    });
  });

  it('is the same after a change of its status, labels and finalizers', async () => {
    const server = objectServer(aDocument());
    const { hash, ref } = await requireDocument(server.kubernetes, CLUSTER);
    await server.kubernetes.patchStatus(ref, { phase: 'Ready' });
    await server.kubernetes.patchMetadata(ref, { labels: { team: 'x' }, addFinalizers: ['y/z'] });
    await expect(requireSameDocument(server.kubernetes, CLUSTER, hash)).resolves.toMatchObject({ hash });
  });

  it('has another hash for any other content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(contentHash(one)).not.toBe(contentHash(other));
      }),
    );
  });
});
