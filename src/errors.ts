/**
 * The one catalogue of errors. Every failure that a person reads is made here, so that each has a stable code, one sentence of what
 * happened and one of what to do. docs/errors.md has a row per code, compared by a test. Codes live in histories: never rename one.
 */
import type { Finding } from './contract/finding.ts';

/**
 * What the operator can do about it.
 * - `InvalidRequest`: fix the input or the document. `SafetyRefusal`: the cluster's state says no. `Conflict`: someone else owns it.
 * - `Unavailable`: not reachable now, retried. `NotVerified`: done, but not proven. `Bug`: an invariant broke.
 */
export type ErrorClass = 'InvalidRequest' | 'SafetyRefusal' | 'Conflict' | 'Unavailable' | 'NotVerified' | 'Bug';

interface CatalogueEntry {
  readonly class: ErrorClass;
  readonly next: string;
}

export const ERRORS = {
  INVALID_INPUT: {
    class: 'InvalidRequest',
    next: 'Start the operation again with the input corrected; the example shows every field.',
  },
  INVALID_DOCUMENT: {
    class: 'InvalidRequest',
    next: 'Correct the named fields of the document, apply it, and start the operation again.',
  },
  DOCUMENT_MISSING: {
    class: 'InvalidRequest',
    next: 'Apply a CephCluster document in that namespace, then start the operation again.',
  },
  DOCUMENT_CHANGED: {
    class: 'Conflict',
    next: 'Put the document back as it was and send retry, or send abort and start again for a new plan.',
  },
  UNSUPPORTED_VERSION: {
    class: 'InvalidRequest',
    next: 'Set cephVersion.image to a supported release, or allowUnsupported to true.',
  },
  NOT_A_CEPH_IMAGE: {
    class: 'InvalidRequest',
    next: 'Set cephVersion.image to an image that has the ceph programs, apply the document, and start the operation again.',
  },
  NO_ELIGIBLE_DEVICE: {
    class: 'SafetyRefusal',
    next: 'Free or add a disk as the table says, then send retry to look again.',
  },
  STALE_STATE: {
    class: 'SafetyRefusal',
    next: 'Run teardown for the old cluster, or move the named directory away, then send retry.',
  },
  DISK_CHANGED: {
    class: 'SafetyRefusal',
    next: 'Look at the disk with "cephflow devices"; abort, and start again for a plan of what is there now.',
  },
  DISK_BUSY: { class: 'Conflict', next: 'Let the named holder finish, then send retry.' },
  DISK_SILENT: {
    class: 'Unavailable',
    next: "Read the kernel's log of that host, replace the disk or restart the host if it hangs for good, then send retry.",
  },
  WIPE_NOT_PROVEN: { class: 'NotVerified', next: 'Look at the disk; send retry to wipe and read back again.' },
  COMMAND_FAILED: {
    class: 'Unavailable',
    next: 'The last lines of its output are in the details; cure the cause and send retry.',
  },
  COMMAND_TIMED_OUT: {
    class: 'Unavailable',
    next: 'Look whether the mons have quorum and a mgr is active; send retry afterwards.',
  },
  IMAGE_PULL_FAILED: { class: 'Unavailable', next: 'Correct the image or the registry access, then send retry.' },
  POD_UNSCHEDULABLE: {
    class: 'Unavailable',
    next: 'Give the scheduler a node that fits (see the reason), then send retry.',
  },
  POD_NOT_READY: { class: 'Unavailable', next: "Read the pod's log as named, cure the cause, then send retry." },
  HOST_SILENT: { class: 'Unavailable', next: 'Bring the host or its agent pod back; the operation goes on by itself.' },
  HOST_NOT_READY: {
    class: 'Unavailable',
    next: 'Bring the host back; the operation waits for it by name and goes on by itself.',
  },
  MON_NOT_IN_QUORUM: { class: 'NotVerified', next: 'Read the log of the named mon, cure the cause, then send retry.' },
  OSD_NOT_UP: { class: 'NotVerified', next: 'Read the log of the named OSD pod, cure the cause, then send retry.' },
  MGR_NOT_AVAILABLE: { class: 'NotVerified', next: 'Read the log of the mgr pods, cure the cause, then send retry.' },
  UNHEALTHY: { class: 'NotVerified', next: 'Cure the named health codes, then send retry.' },
  IO_NOT_VERIFIED: { class: 'NotVerified', next: 'Look at "ceph status" in the toolbox, then send retry.' },
  IDENTITY_CONFLICT: {
    class: 'SafetyRefusal',
    next: 'Keep the Secrets; find out which cluster they belong to before anything else is done.',
  },
  FIELD_CONFLICT: {
    class: 'Conflict',
    next: "Another manager owns the named field; take it out of that manager's manifests, then send retry.",
  },
  OPERATION_HELD: {
    class: 'Conflict',
    next: 'Wait for the named holder, or abort it; this operation goes on by itself.',
  },
  LOCK_LOST: { class: 'Conflict', next: 'Another operation took over; abort this one and look at the other.' },
  NOT_SAFE_TO_DESTROY: {
    class: 'SafetyRefusal',
    next: 'Wait until its data has moved, or add room for it; then send retry.',
  },
  FORCED_DESTROY_REFUSED: {
    class: 'SafetyRefusal',
    next: 'Cure the named fact and send retry, or send abort and start again for a plan of what is so now.',
  },
  PLAN_STALE: { class: 'SafetyRefusal', next: 'Read the new plan and approve its hash.' },
  CLUSTER_IN_USE: {
    class: 'SafetyRefusal',
    next: 'Remove the named users first, then send retry, or start again with that code in "waive".',
  },
  OSD_NOT_WAITING: {
    class: 'Conflict',
    next: 'Send abort, look with "cephflow devices", and start replace-disk again where the OSD still needs another disk.',
  },
  STILL_RUNNING: { class: 'NotVerified', next: 'Find out what keeps the named daemon alive, then send retry.' },
  POD_SECURITY: { class: 'SafetyRefusal', next: 'Run the label command that the message names, then send retry.' },
  TEMPORAL_SECRET_MISSING: {
    class: 'SafetyRefusal',
    next: 'Create that Secret in the named namespace as docs/own-cluster.md says, then send retry.',
  },
  AGENT_TOO_OLD: {
    class: 'SafetyRefusal',
    next: 'Delete the named pods one by one, each while no operation works on its host; then send retry.',
  },
  NAMESPACE_CLAIMED: { class: 'Conflict', next: 'Give each Kubernetes cluster a Temporal namespace of its own.' },
  NAMESPACE_TERMINATING: {
    class: 'Conflict',
    next: 'When the namespace has ended, make it again with what was saved of it, then send retry.',
  },
  FORBIDDEN: {
    class: 'Unavailable',
    next: 'Grant the named permission (deploy/kubernetes has the roles), then send retry.',
  },
  KUBERNETES_UNREACHABLE: {
    class: 'Unavailable',
    next: 'Nothing to do if the API server comes back by itself; it is tried again.',
  },
  ABORTED: { class: 'Conflict', next: 'Start the operation again when wanted; it goes on from what it finds.' },
  BUG: { class: 'Bug', next: "Please report it with the workflow's history." },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

const RETRIED: ReadonlySet<ErrorCode> = new Set([
  'COMMAND_FAILED',
  // An API server that has just started refuses everybody until its roles are loaded; a real lack of rights parks after the same tries.
  'FORBIDDEN',
  'COMMAND_TIMED_OUT',
  'KUBERNETES_UNREACHABLE',
  'OPERATION_HELD',
  // An earlier try of the same step may hold the disk's lock for the seconds that its command still needs to end.
  'DISK_BUSY',
]);

export interface ErrorDetails {
  findings?: Finding[];
  /** Last lines of a command's output, redacted, at most 4 KB. */
  output?: string;
}

/** A failure of the catalogue. Its message is the whole sentence a person reads, the next action included. */
export class CephflowError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, what: string, options: ErrorOptions & ErrorDetails = {}) {
    const { cause, ...details } = options;
    super(`${what.replace(/[.\s]+$/, '')}. ${ERRORS[code].next}`, { cause });
    this.name = 'CephflowError';
    this.code = code;
    this.details = details;
  }

  get class(): ErrorClass {
    return ERRORS[this.code].class;
  }

  /**
   * True where a new try without a person makes sense. A wait that gave up (a pod that stays stuck, a host that stays silent) was its
   * own bounded try, so it is not repeated.
   */
  get retryable(): boolean {
    return RETRIED.has(this.code);
  }
}

/**
 * Makes a failure.
 * @param what what could not be done, to what, because of which fact; the next action of the catalogue is added
 */
export const failure = (code: ErrorCode, what: string, options?: ErrorOptions & ErrorDetails): CephflowError =>
  new CephflowError(code, what, options);

/** The API server gave no answer, or none that counts: what was asked may come about when it is back. */
export const isUnreachable = (error: unknown): error is CephflowError =>
  error instanceof CephflowError && error.code === 'KUBERNETES_UNREACHABLE';
