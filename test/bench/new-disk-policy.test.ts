import { describe, expect, it } from 'vitest';
import { withNewDisks } from '../../deploy/bench/new-disk-policy.ts';
import { NEW_DISKS } from '../../src/contract/notice.ts';
import type { ObjectRef } from '../../src/manifests/object.ts';
import type { MetadataPatch } from '../../src/kubernetes/patch.ts';

/** A document with these annotations, and what it says over time. */
function documentOf(annotations: Record<string, string>) {
  const said: (string | null | undefined)[] = [];
  return {
    said,
    read: ({ apiVersion, kind, name }: ObjectRef) =>
      Promise.resolve({ apiVersion, kind, metadata: { name, annotations } }),
    patchMetadata: (_: ObjectRef, patch: MetadataPatch) => {
      said.push(patch.annotations?.[NEW_DISKS]);
      return Promise.resolve({ changed: true });
    },
  };
}

describe('what the document says of new disks while the bench works', () => {
  it('is put back to what it was', async () => {
    const document = documentOf({ [NEW_DISKS]: 'ignore' });
    expect(await withNewDisks(document, 'add', () => Promise.resolve('done'))).toBe('done');
    expect(document.said).toEqual(['add', 'ignore']);
  });

  it('is taken away again where it said nothing, also after a failure', async () => {
    const document = documentOf({});
    await expect(withNewDisks(document, 'add', () => Promise.reject(new Error('no OSD')))).rejects.toThrow('no OSD');
    expect(document.said).toEqual(['add', null]);
  });
});
