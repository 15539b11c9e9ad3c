import { describe, expect, it } from 'vitest';
import { planAddDisk } from '../../src/domain/add-disk-plan.ts';
import { planAddNode } from '../../src/domain/add-node-plan.ts';
import { aFinishedCluster, aPlannedHost, factsOf } from '../builders/bootstrap-observation.ts';

const withN4 = () => {
  const seen = aFinishedCluster();
  const host = aPlannedHost('n4', { labels: { 'topology.rook.io/rack': 'r2' } });
  return { ...seen, hosts: [...seen.hosts, host], facts: [...seen.facts, factsOf('n4')] };
};

describe('the plan of add-node', () => {
  it('gives the host its place before its OSDs, and lets data move only after all of them', () => {
    const plan = planAddNode(withN4(), { node: 'n4' });
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'remember-host',
      'place-host',
      'hold-data',
      'create-osds/n4',
      'start-crash-collectors',
      'move-data',
      'verify',
      'report-status',
    ]);
    expect(plan.steps[1]?.targets).toEqual(['rack=r2', 'host=n4']);
    expect(plan.operation).toBe('add-node');
    expect(plan.hash).not.toBe(planAddDisk(withN4(), { node: 'n4' }).hash);
  });

  it('has nothing to hold where there is nothing to make', () => {
    expect(planAddNode(aFinishedCluster(), { node: 'n1' }).steps).toEqual([]);
  });

  it('refuses what add-disk refuses', () => {
    expect(planAddNode(withN4(), { node: 'n9' }).findings.map(({ code }) => code)).toContain('HOST_NOT_FOR_OSDS');
  });
});
