import { describe, expect, it } from 'vitest';
import type { HeldData } from '../../src/contract/add-node.ts';
import { planAddDisk } from '../../src/domain/add-disk-plan.ts';
import { planAddNode } from '../../src/domain/add-node-plan.ts';
import { aFinishedCluster, aPlannedHost, factsOf, uuidOf } from '../builders/bootstrap-observation.ts';

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

  const idsOf = (held: HeldData) => planAddNode(aFinishedCluster(), { node: 'n1', held }).steps.map(({ id }) => id);

  it('goes on with OSDs that an earlier run left without weight', () => {
    const held = { held: 'weights' as const, weightless: [uuidOf('n1')] };
    expect(idsOf(held)).toEqual([
      'remember-host',
      'place-host',
      'hold-data',
      'create-osds/n1',
      'move-data',
      'verify',
      'report-status',
    ]);
    expect(planAddNode(aFinishedCluster(), { node: 'n1', held }).osds.map(({ osdUuid }) => osdUuid)).toEqual([
      uuidOf('n1'),
    ]);
  });

  it('lets data move that an earlier run holds back where all OSDs have their weights', () => {
    expect(idsOf({ held: 'all', weightless: [] })).toEqual(['move-data', 'verify', 'report-status']);
  });

  it.each([
    ['no earlier run left anything', { held: 'nothing' as const, weightless: [uuidOf('n1')] }],
    ['the OSD without weight is of another host', { held: 'weights' as const, weightless: [uuidOf('n2')] }],
  ])('gives no weight to an OSD that runs where %s', (_, held) => {
    expect(idsOf(held)).toEqual([]);
  });

  it('refuses what add-disk refuses', () => {
    expect(planAddNode(withN4(), { node: 'n9' }).findings.map(({ code }) => code)).toContain('HOST_NOT_FOR_OSDS');
  });
});
