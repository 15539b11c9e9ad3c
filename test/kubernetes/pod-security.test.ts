import { describe, expect, it } from 'vitest';
import { podSecurityFinding } from '../../src/kubernetes/pod-security.ts';

const namespace = (labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'rook-ceph', ...(labels === undefined ? {} : { labels }) },
});
const ENFORCE = 'pod-security.kubernetes.io/enforce';

describe('podSecurityFinding', () => {
  it.each(['baseline', 'restricted'])('blocks on %s and gives the command that cures it', (level) => {
    const finding = podSecurityFinding(namespace({ [ENFORCE]: level }));
    expect(finding).toMatchObject({ code: 'POD_SECURITY', severity: 'blocking', target: 'rook-ceph' });
    expect(finding?.remedy).toBe(`kubectl label --overwrite namespace rook-ceph ${ENFORCE}=privileged`);
  });

  it('finds nothing where privileged pods are allowed or nothing is enforced', () => {
    expect(podSecurityFinding(namespace({ [ENFORCE]: 'privileged' }))).toBeUndefined();
    expect(podSecurityFinding(namespace({ 'pod-security.kubernetes.io/warn': 'restricted' }))).toBeUndefined();
    expect(podSecurityFinding(namespace())).toBeUndefined();
  });
});
