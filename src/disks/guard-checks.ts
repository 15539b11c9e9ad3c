import type { ApprovedDisk, BlueStoreLabel, DiskContent, DiskFacts, Signature } from '../contract/disk.ts';

/** What a disk must carry before anything is written to it. */
export type ExpectedContent =
  | { kind: 'blank' }
  | { kind: 'label'; cephFsid: string; osdUuid: string }
  // What a person saw and approved to be lost. Less than that is accepted as well: a wipe that was killed must be able to end.
  | ({ kind: 'content' } & DiskContent);

/** One thing that is not as approved. `busy` passes when its holder goes away; `changed` needs a new plan. */
export interface Difference {
  kind: 'busy' | 'changed';
  expected: string;
  seen: string;
}

const changed = (expected: string, seen: string): Difference => ({ kind: 'changed', expected, seen });
const busy = (expected: string, seen: string): Difference => ({ kind: 'busy', expected, seen });

const describeLabel = (label: BlueStoreLabel): string =>
  label.osdUuid === null
    ? `a BlueStore label that cannot be understood at ${label.offsetBytes}`
    : `the label of OSD ${label.osdUuid} of cluster ${label.cephFsid ?? '(none yet)'} at ${label.offsetBytes}`;

/**
 * A copy without a cluster is the expected OSD's own only while its mkfs is unfinished: Ceph writes the uuid first and the cluster
 * later, and may be killed in between.
 */
const isExpected = (label: BlueStoreLabel, expected: { cephFsid: string; osdUuid: string }): boolean =>
  label.osdUuid === expected.osdUuid &&
  (label.cephFsid === expected.cephFsid || (label.cephFsid === null && !label.ready));

/**
 * Copies of labels that must not be there. Where a label is expected, none at all is accepted too: a wipe that was killed after the
 * last copy must be able to end, and such a disk passes as blank.
 */
function labelDifferences(labels: BlueStoreLabel[], expected: ExpectedContent): Difference[] {
  if (expected.kind === 'blank') return labels.map((label) => changed('no BlueStore label', describeLabel(label)));
  if (expected.kind === 'content')
    return labels
      .filter((label) => !expected.labels.some((one) => isSameLabel(one, label)))
      .map((label) => changed('nothing but what was approved to be wiped', describeLabel(label)));
  const wanted = `only the label of OSD ${expected.osdUuid} of cluster ${expected.cephFsid}`;
  return labels.filter((label) => !isExpected(label, expected)).map((label) => changed(wanted, describeLabel(label)));
}

const isSameLabel = (one: DiskContent['labels'][number], label: BlueStoreLabel): boolean =>
  one.offsetBytes === label.offsetBytes && one.osdUuid === label.osdUuid && one.cephFsid === label.cephFsid;

function signatureDifferences({ signatures }: DiskFacts, expected: ExpectedContent): Difference[] {
  const accepted = expected.kind === 'content' ? expected.signatures : [];
  const isAccepted = ({ type, offsetBytes }: Signature): boolean =>
    accepted.some((one) => one.type === type && one.offsetBytes === offsetBytes);
  const wanted = accepted.length === 0 ? 'no signature' : 'nothing but what was approved to be wiped';
  return signatures
    .filter((one) => !isAccepted(one))
    .map(({ type, offsetBytes }) => changed(wanted, `a ${type} signature at ${offsetBytes}`));
}

function useDifferences(facts: DiskFacts): Difference[] {
  const found: Difference[] = [];
  if (facts.holdsSystem) found.push(changed('a disk without system files', `it carries ${facts.mounts.join(', ')}`));
  if (facts.mounts.length > 0) found.push(busy('not mounted', `mounted at ${facts.mounts.join(', ')}`));
  if (facts.holders.length > 0) found.push(busy('nothing built on it', `${facts.holders.join(', ')} built on it`));
  if (facts.exclusiveOpenError !== null) {
    found.push(busy('an exclusive open succeeds', `the exclusive open fails with ${facts.exclusiveOpenError}`));
  }
  return found;
}

/** Everything about a disk that forbids writing to it. Empty only where all of it is exactly as approved. */
export function differences(facts: DiskFacts, approved: ApprovedDisk, expected: ExpectedContent): Difference[] {
  const found = useDifferences(facts);
  const own = (is: string, seen: string): void => void found.push(changed(is, seen));
  if (facts.id !== approved.id) own(`identity ${approved.id}`, `identity ${facts.id ?? 'none'}`);
  if (facts.sizeBytes !== approved.sizeBytes) own(`${approved.sizeBytes} bytes`, `${facts.sizeBytes} bytes`);
  if (facts.type !== 'disk' && facts.type !== 'loop') own('a disk', `a device of type ${facts.type}`);
  if (facts.readOnly) own('writable', 'read-only');
  if (facts.readError !== null) own('readable', `not readable: ${facts.readError}`);
  if (facts.partitions.length > 0) own('no partitions', `partitions ${facts.partitions.join(', ')}`);
  return [...found, ...signatureDifferences(facts, expected), ...labelDifferences(facts.labels, expected)];
}
