import { describe, expect, it } from 'vitest';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { aFreshCluster, aPlannedHost, factsOf, wishes } from '../builders/bootstrap-observation.ts';
import { FSID } from './disk-facts-builder.ts';

const SINCE = '2026-11-22T04:05:06Z';
const away = (node: string) =>
  aPlannedHost(node, {
    monRefusal: `${node}: not ready`,
    osdRefusal: `${node}: not ready`,
    awaySince: { since: SINCE },
  });
const blocking = (plan: ReturnType<typeof planBootstrap>) =>
  plan.findings.filter(({ severity }) => severity === 'blocking').map(({ code, target }) => [code, target]);
const without = (node: string, ...all: string[]) => ({
  hosts: all.map((name) => (name === node ? away(name) : aPlannedHost(name))),
  facts: all.filter((name) => name !== node).map((name) => factsOf(name)),
});

describe('a bootstrap while a selected host is down', () => {
  it('is planned without it where the others can take the mons', () => {
    const plan = planBootstrap(aFreshCluster(without('n4', 'n1', 'n2', 'n3', 'n4')));
    expect(blocking(plan)).toEqual([]);
    expect(plan.mons.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
    expect(plan.steps.map(({ id }) => id)).not.toContain('create-osds/n4');
  });

  it('waits for it by name where the mons need it', () => {
    const plan = planBootstrap(aFreshCluster(without('n3', 'n1', 'n2', 'n3')));
    expect(blocking(plan)).toEqual([['HOST_NEEDED', 'n3']]);
    expect(plan.findings.find(({ code }) => code === 'HOST_NEEDED')).toMatchObject({ evidence: SINCE });
  });

  it('is refused where there are too few hosts even with it', () => {
    const plan = planBootstrap(aFreshCluster({ ...without('n3', 'n1', 'n2', 'n3'), wishes: wishes({ monCount: 5 }) }));
    expect(blocking(plan)).toEqual([['TOO_FEW_NODES', 'mon.count']]);
  });

  it('waits for the host of a mon that exists and is not in quorum', () => {
    const existingMons = ['n1', 'n2', 'n4'].map((node, index) => ({ id: 'abc'.charAt(index), node }));
    const plan = planBootstrap(
      aFreshCluster({ ...without('n4', 'n1', 'n2', 'n3', 'n4'), existingMons, fsid: { value: FSID, exists: true } }),
    );
    expect(blocking(plan)).toEqual([['HOST_NEEDED', 'n4']]);
  });
});

describe('a host of another machine id than it joined with', () => {
  const known = (machineIds: Record<string, string> | undefined) =>
    planBootstrap(
      aFreshCluster({
        fsid: { value: FSID, exists: true },
        remembered: { fsid: FSID, dataDir: '/var/lib/rook', machineIds },
      }),
    );

  it('is refused, with both ids and what to do', () => {
    const plan = known({ n1: 'machine-n1', n2: 'machine-old' });
    expect(blocking(plan)).toEqual([['NODE_REPLACED', 'n2']]);
    expect(plan.findings.find(({ code }) => code === 'NODE_REPLACED')).toMatchObject({
      because: expect.stringMatching(/machine id machine-old, and machine-n2 is seen/) as string,
      remedy: expect.stringContaining('"waive"') as string,
    });
  });

  it('is not found where no id is remembered, as in records of earlier versions', () => {
    expect(blocking(known(undefined))).toEqual([]);
    expect(blocking(known({}))).toEqual([]);
  });
});
