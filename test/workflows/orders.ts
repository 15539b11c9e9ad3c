/**
 * The order in which a run that meets no trouble calls its activities. The suites hold the workflows to it, and the model of
 * test/model the faults are tried on; so a workflow whose order changes cannot leave the model behind.
 */
export const REMOVE_DISK_ORDER = [
  'drainOsd',
  'untilSafeToDestroy',
  'stopOsd',
  'rememberRemoved',
  'purgeOsd',
  'removeOsdDirectory',
  'wipeOwnDisk',
  'untilSettled',
] as const;

export const REPLACE_DISK_ORDER = [
  'outOsd',
  'untilSafeToDestroy',
  'stopOsd',
  'destroyOsd',
  'removeOsdDirectory',
  'untilNewDisk',
  'createOsd',
  'weighOsd',
  'startOsds',
  'untilOsdsIn',
  'untilSettled',
] as const;

export const ADD_NODE_ORDER = [
  'placeHost',
  'holdData',
  'createOsd',
  'untilOsdsIn',
  'moveData',
  'untilSettled',
  'putBack',
] as const;

/** Of a call as a world writes it down, without the host. */
export const nameOf = (call: string): string => call.split('@')[0] ?? '';
