import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onDeviceEvents, type DeviceEvents } from '../../worker/notice-devices.ts';

describe('events of devices', () => {
  let udevData: string;
  let events: DeviceEvents | undefined;
  let calls: number;
  beforeEach(async () => {
    udevData = await mkdtemp(join(tmpdir(), 'cephflow-udev-'));
    calls = 0;
  });
  afterEach(async () => {
    events?.stop();
    await rm(udevData, { recursive: true, force: true });
  });
  const listen = (after: number, atMost: number): DeviceEvents =>
    (events = onDeviceEvents(udevData, () => void (calls += 1), { after, atMost }));
  const told = (name: string): Promise<void> => writeFile(join(udevData, name), String(calls));

  it('that come together are one call, when it is quiet again', async () => {
    const { unsettled } = listen(150, 5000);
    for (let count = 0; count < 10; count += 1) await told('b7:1');
    await vi.waitFor(() => expect(unsettled()).toBe(true));
    expect(calls).toBe(0);
    await vi.waitFor(() => expect(calls).toBe(1));
    expect(unsettled()).toBe(false);
  });

  it('of which there is no end are told all the same', async () => {
    listen(200, 400);
    const end = Date.now() + 1000;
    while (Date.now() < end && calls === 0) {
      await told('b7:1');
      await pause(20);
    }
    expect(calls).toBeGreaterThan(0);
  });

  it('are those of block devices', async () => {
    const { unsettled } = listen(50, 5000);
    await told('+usb:1');
    await told('b7:1');
    await vi.waitFor(() => expect(calls).toBe(1));
    await told('c1:1');
    await pause(100);
    expect({ calls, unsettled: unsettled() }).toEqual({ calls: 1, unsettled: false });
  });

  it('are none where udev keeps no records', () => {
    events = onDeviceEvents(join(udevData, 'nowhere'), () => void (calls += 1));
    expect(events.unsettled()).toBe(false);
  });
});
