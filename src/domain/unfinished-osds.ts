import type { UnfinishedOsd } from '../contract/check-health-activities.ts';
import type { Finding } from '../contract/finding.ts';
import type { ObservedHealth } from './health-observation.ts';

interface Reason {
  /** Operations that leave an OSD so on their way. */
  owners: readonly string[];
  /** Completes "osd.5 ...". */
  is: string;
  remedy: (cluster: string, osd: number) => string;
}

const REASONS: Readonly<Record<UnfinishedOsd['state'], Reason>> = {
  destroyed: {
    owners: ['replace-disk'],
    is: 'is destroyed; its id and its place wait for a new disk',
    remedy: (cluster, osd) => `Start replace-disk {"cluster":"${cluster}","osd":${osd}}, which goes on from there.`,
  },
  out: {
    owners: ['replace-disk'],
    is: 'is up and out: it takes no data',
    remedy: (cluster, osd) =>
      `Start replace-disk {"cluster":"${cluster}","osd":${osd}} where its disk is to be replaced, or run "ceph osd in ${osd}" in the toolbox.`,
  },
  weightless: {
    owners: ['remove-disk', 'add-node', 'add-disk', 'bootstrap', 'replace-disk'],
    is: 'is up and has no CRUSH weight: it takes no data',
    remedy: (cluster, osd) =>
      `Start the operation that began it again: remove-disk {"cluster":"${cluster}","osd":${osd},"wipe":false} where it is to go, add-node where its host is new. Or give it the weight of its disk in the toolbox.`,
  },
};

/**
 * OSDs that an operation left on the way, or a person: nothing is lost, and nobody goes on with it. Ceph's health is silent about them. Pure.
 * An operation that waits for hands owns its own OSD alone: others may have been left beside it.
 */
export const unfinishedOsds = (
  cluster: string,
  osds: readonly UnfinishedOsd[],
  { running, atHands }: Pick<ObservedHealth, 'running' | 'atHands'>,
): Finding[] =>
  osds
    .filter(({ osd }) => !atHands.includes(`osd.${osd}`))
    .filter(({ state }) => !REASONS[state].owners.some((operation) => running.includes(operation)))
    .map(({ osd, state }) => ({
      code: 'LEFT_UNFINISHED',
      severity: 'warning',
      because: `osd.${osd} ${REASONS[state].is}, and no operation is at work on it.`,
      remedy: REASONS[state].remedy(cluster, osd),
      target: `osd.${osd}`,
    }));
