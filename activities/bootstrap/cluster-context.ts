import type { StartDaemonsInput } from '../../src/contract/bootstrap-activities.ts';
import type { ClusterContext } from '../../src/manifests/cluster-context.ts';
import { requireSameDocument } from '../documents/cluster-document.ts';
import type { OpsDeps } from '../ops-deps.ts';

/** What the builders need, from the very document that the plan rests on. @throws DOCUMENT_CHANGED */
export async function contextFor(
  { kubernetes, cephflowVersion }: OpsDeps,
  input: StartDaemonsInput,
): Promise<ClusterContext> {
  const { cluster, facts, fsid } = input;
  const { spec } = await requireSameDocument(kubernetes, cluster, facts.document.hash);
  return {
    namespace: cluster,
    fsid,
    image: facts.image,
    cephVersion: facts.cephVersion,
    spec,
    operatorVersion: cephflowVersion,
  };
}
