import { afterAll, beforeAll, describe } from 'vitest';
import { aboutAddDisk } from './add-disk.suite.ts';
import { aboutAddNode } from './add-node.suite.ts';
import { aboutApproval } from './approval.suite.ts';
import { aboutBootstrap } from './bootstrap.suite.ts';
import { aboutCheckHealth } from './check-health.suite.ts';
import { aboutDebts } from './debts.suite.ts';
import { aboutExclusion } from './exclusion.suite.ts';
import { aboutFaults } from './faults.suite.ts';
import { aboutMetrics } from './metrics.suite.ts';
import { aboutNoticeDisks } from './notice-disks.suite.ts';
import { aboutRemoveDisk } from './remove-disk.suite.ts';
import { aboutReplaceDisk } from './replace-disk.suite.ts';
import { aboutSilentHosts } from './silent-hosts.suite.ts';
import { aboutSteps } from './steps.suite.ts';
import { aboutTeardown } from './teardown.suite.ts';
import { aboutWaits } from './waits.suite.ts';
import { missingServer, Rig } from './rig.ts';

if (missingServer !== undefined) process.stdout.write(`Workflow tests are skipped. ${missingServer}\n`);

/** One server and one bundle for all suites: both cost more than all of the tests. */
describe
  .skipIf(missingServer !== undefined)
  .concurrent('operations on a real Temporal server', { timeout: 120_000 }, () => {
    let rig: Rig;
    const theRig = () => rig;
    beforeAll(async () => {
      rig = await Rig.start();
    }, 60_000);
    afterAll(() => rig.stop(), 60_000);

    // First, because two of its tests sit out the patience with a silent host, which costs no processor.
    describe('silent hosts', () => aboutSilentHosts(theRig));
    describe('waits', () => aboutWaits(theRig));
    describe('faults', () => aboutFaults(theRig));
    describe('input and approval', () => aboutApproval(theRig));
    describe('steps', () => aboutSteps(theRig));
    describe('check-health', () => aboutCheckHealth(theRig));
    describe('exclusion', () => aboutExclusion(theRig));
    describe('bootstrap', () => aboutBootstrap(theRig));
    describe('add-disk', () => aboutAddDisk(theRig));
    describe('remove-disk', () => aboutRemoveDisk(theRig));
    describe('noticing', () => aboutNoticeDisks(theRig));
    describe('replace-disk', () => aboutReplaceDisk(theRig));
    describe('add-node', () => aboutAddNode(theRig));
    describe('teardown', () => aboutTeardown(theRig));
    describe('debts of a teardown', () => aboutDebts(theRig));
    describe('metrics', () => aboutMetrics(theRig));
  });
