import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph, inToolbox } from '../../deploy/demo/kubectl.ts';
import type { DiskRow } from '../../src/contract/disk.ts';
import { cephflow } from './cli.ts';
import { expectExampleCluster } from './cluster.ts';
import { demo, lastLine } from './demo.ts';
import { expectNoLeak } from './expect-no-leak.ts';
import { Operation } from './operation.ts';

describe('the demo', () => {
  it('makes a Ceph cluster from nothing and ends with HEALTH_OK', { timeout: 1_300_000 }, async () => {
    const { exitCode, stdout, all } = await demo();
    expect(exitCode, all).toBe(0);
    expect(lastLine(stdout)).toMatch(/^HEALTH_OK: rook-ceph has 3 mons in quorum and 6 of 6 OSDs up/);
    for (const step of ['make-identity', 'start-mons', 'create-osds/n1', 'create-osds/n2', 'create-osds/n3', 'verify'])
      expect(all).toMatch(new RegExp(`${step}\\s+done\\s+\\d`));
    expect(all).toMatch(/From approval to verified health: \d+(\.\d)? s/);
  });

  it('leaves the cluster that the example asks for', () => expectExampleCluster(CLUSTER));

  it('finds nothing to do when it is run again, and does its I/O once more', async () => {
    const { exitCode, stdout, all } = await demo();
    expect(exitCode, all).toBe(0);
    expect(lastLine(stdout)).toMatch(/^HEALTH_OK/);
    const result = await (await Operation.of(`bootstrap:${CLUSTER}`)).result();
    expect(result.outcome).toBe('nothing-to-do');
    expect(await askCeph<string[]>(CLUSTER, 'osd', 'pool', 'ls')).not.toContain('demo-objects');
    await expectExampleCluster(CLUSTER);
  });
});

describe('what a person sees of it', () => {
  it('status tells health, quorum, mgr, OSDs and version as JSON', async () => {
    const { exitCode, out, err } = await cephflow('status', CLUSTER, '-o', 'json');
    expect(exitCode, err).toBe(0);
    const versions = await askCeph<{ overall: Record<string, number> }>(CLUSTER, 'versions');
    const running = /ceph version (\S+)/.exec(Object.keys(versions.overall)[0] ?? '')?.[1];
    expect(JSON.parse(out)).toMatchObject({
      health: 'HEALTH_OK',
      mons: { quorum: ['a', 'b', 'c'] },
      mgr: { available: true },
      osds: { up: 6, in: 6 },
      version: running,
    });
  });

  it('npm run cephflow means the lab where nothing else is named', async () => {
    const elsewhere = { KUBECONFIG: undefined, TEMPORAL_ADDRESS: undefined };
    const told = await execa('npm', ['run', '--silent', 'cephflow', '--', 'status', CLUSTER, '-o', 'json'], {
      cwd: join(import.meta.dirname, '../..'),
      env: elsewhere,
      stdin: 'ignore',
    });
    expect(JSON.parse(told.stdout)).toMatchObject({ osds: { up: 6, in: 6 } });
  });

  it('devices tells every disk of every node with its verdict as JSON', async () => {
    const { exitCode, out, err } = await cephflow('devices', '-o', 'json');
    expect(exitCode, err).toBe(0);
    const rows = JSON.parse(out) as DiskRow[];
    expect(rows.map(({ node }) => node)).toEqual(['n1', 'n1', 'n2', 'n2', 'n3', 'n3']);
    for (const row of rows)
      expect(row).toMatchObject({
        path: expect.stringMatching(/^\/dev\/loop\d+$/) as string,
        id: expect.stringMatching(/^loop:.+\.img$/) as string,
        verdict: 'in-use',
        reasons: ['IN_USE', 'OWN_OSD'],
      });
    expect(new Set(rows.map(({ osdId }) => osdId))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('operations lists the bootstrap with its cluster', async () => {
    const { exitCode, out, err } = await cephflow('operations', '-o', 'json');
    expect(exitCode, err).toBe(0);
    expect(out).toContain(`bootstrap:${CLUSTER}`);
  });

  it('the toolbox answers ceph status', async () => {
    const text = Buffer.from(await inToolbox(CLUSTER, ['ceph', 'status'])).toString('utf8');
    expect(text).toMatch(/health: HEALTH_OK/);
    expect(text).toMatch(/osd: 6 osds: 6 up/);
  });

  it('no key of the cluster is in any history, log, object, command line or output', () => expectNoLeak(CLUSTER));
});
