import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilNewDisk } from '../../../activities/host/until-new-disk.ts';
import type { NewDisk } from '../../../src/contract/osd-activities.ts';
import { LoopHost, loopDevicesMissing } from '../../disks/loop-disks.ts';
import { fakeAgent } from '../fake-agent.ts';

describe.skipIf(loopDevicesMissing)('the wait for a new disk', () => {
  let loops: LoopHost;
  beforeEach(() => (loops = new LoopHost()));
  afterEach(() => loops.remove());

  const wait = async (known: string[], lookEveryMilliseconds?: number): Promise<NewDisk> => {
    const deps = { ...(await fakeAgent()).deps, host: loops.host };
    return (await new MockActivityEnvironment().run(() =>
      untilNewDisk(deps, { cluster: 'rook-ceph', known }, lookEveryMilliseconds),
    )) as NewDisk;
  };

  it('ends with a disk that was not known, whatever it is called, and never with a known one', async () => {
    const old = await loops.addDisk();
    const waiting = wait([old.id]);
    const renamed = await loops.moveNode(old, 'renamed');
    expect(renamed).not.toBe(old.path);
    const fresh = await loops.addDisk();
    expect(await waiting).toEqual({ id: fresh.id, path: fresh.path });
  });

  it('looks as soon as udev writes something down', async () => {
    const old = await loops.addDisk();
    await mkdir(loops.host.udevData, { recursive: true });
    const waiting = wait([old.id], 600_000);
    const fresh = await loops.addDisk();
    // Again and again: the watch may begin after the first one.
    const signs = setInterval(() => void writeFile(join(loops.host.udevData, 'b7:0'), ''), 200);
    expect(await waiting.finally(() => clearInterval(signs))).toEqual({ id: fresh.id, path: fresh.path });
  });
});
