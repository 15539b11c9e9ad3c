import type { Finding } from '../contract/finding.ts';
import { FINALIZER } from '../contract/names.ts';
import { IDENTITY_OBJECTS, type GuardedObject, type ObservedHealth } from './health-observation.ts';

/** Document and identity: lost, deleted, unguarded or changed. A cluster that was never made, or is being torn down, has none of it. Pure. */
export function judgeObjects(seen: ObservedHealth): Finding[] {
  const { remembered, running } = seen;
  if (remembered === null || remembered.fsid === null || running.includes('teardown')) return [];
  return [...judgeDocument(seen), ...judgeIdentity(seen, remembered.fsid), ...judgeFinalizers(seen)];
}

function judgeDocument({ cluster, document, remembered, running }: ObservedHealth): Finding[] {
  if (document === null)
    return [
      {
        code: 'DOCUMENT_GONE',
        severity: 'warning',
        because: `The CephCluster document of ${cluster} is gone. The cluster is untouched and goes on.`,
        remedy: 'Apply the document again to keep the cluster; start teardown to remove it.',
        target: 'document',
      },
    ];
  const applied = remembered?.appliedDocument;
  // A bootstrap that runs applies it, or names the change itself.
  const isOther = document.hash !== null && applied !== undefined && document.hash !== applied;
  if (!isOther || running.includes('bootstrap')) return document.findings;
  return [
    ...document.findings,
    {
      code: 'DOCUMENT_NOT_APPLIED',
      severity: 'info',
      because: `The CephCluster document of ${cluster} was changed since its settings were applied last.`,
      remedy: 'Start bootstrap: its plan shows what the change would do.',
      target: 'document',
    },
  ];
}

function judgeIdentity({ cluster, guarded }: ObservedHealth, fsid: string): Finding[] {
  const isThere = (kind: string, name: string) => guarded.some((one) => one.kind === kind && one.name === name);
  const lost = IDENTITY_OBJECTS.filter(({ kind, name }) => !isThere(kind, name)).map(({ kind, name }): Finding => ({
    code: 'IDENTITY_LOST',
    severity: 'blocking',
    because: `${kind} ${name} of ${cluster} (fsid ${fsid}) is gone. Daemons that run go on; one that starts anew may not.`,
    remedy: `Restore it from your backup, or make it again from what is left: docs/operations/check-health.md, "judge", has the commands. Do not start another cluster in ${cluster}.`,
    target: `${kind}/${name}`,
  }));
  const deleted = guarded
    .filter((one) => one.deleted && one.kind !== 'CephCluster')
    .map(({ kind, name }): Finding => ({
      code: 'IDENTITY_DELETED',
      severity: 'blocking',
      because: `${kind} ${name} of ${cluster} was deleted; only a finalizer (ours is ${FINALIZER}) keeps it. Its content is whole.`,
      remedy: `Save it now: kubectl -n ${cluster} get ${kind.toLowerCase()} ${name} -o yaml. What was deleted cannot be undeleted: docs/operations/check-health.md, "judge", tells how it is put back.`,
      target: `${kind}/${name}`,
    }));
  return [...lost, ...deleted];
}

/** What carries a deletion already takes no finalizer any more. */
const judgeFinalizers = ({ cluster, guarded }: ObservedHealth): Finding[] =>
  guarded
    .filter(({ finalizers, deleted }) => !deleted && !finalizers.includes(FINALIZER))
    .map((object) => unguarded(cluster, object));

function unguarded(cluster: string, { kind, name, finalizers }: GuardedObject): Finding {
  const patch = JSON.stringify({ metadata: { finalizers: [...finalizers, FINALIZER] } });
  return {
    code: 'FINALIZER_STRIPPED',
    severity: 'warning',
    because: `${kind} ${name} of ${cluster} does not carry ${FINALIZER} any more: one "kubectl delete" would lose it.`,
    remedy: `Put it back: kubectl -n ${cluster} patch ${kind.toLowerCase()} ${name} --type merge -p '${patch}'`,
    target: `${kind}/${name}`,
  };
}
