import type { ExistingParts } from '../../src/domain/bootstrap-steps.ts';

/** A cluster of which nothing exists yet. */
export const NOTHING_EXISTS: ExistingParts = {
  identity: false,
  monStores: [],
  startFirst: [],
  quorum: false,
  mgrs: false,
  settings: false,
  runningOsds: [],
  madeOsds: [],
  halfMadeOsds: [],
  budgets: false,
  dashboard: false,
  toolbox: false,
  crashCollectors: false,
  watch: { state: 'missing' },
  reported: false,
};
