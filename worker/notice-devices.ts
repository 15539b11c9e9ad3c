import { watch } from 'node:fs';
import { readNoticed, writeNoticed } from '../activities/observe/noticed-hosts.ts';
import type { HostFacts } from '../src/contract/host.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';

/** A missed event is repaired after this long; with the ops worker's own period that is under a minute from plug to table. */
export const NOTICE_DEVICES_EVERY_SECONDS = 30;

/** A disk that somebody wipes or formats by hand looks the same from outside. */
const READ_INSIDE_EVERY_SECONDS = 600;

export interface NoticedHost {
  kubernetes: Pick<Kubernetes, 'read' | 'updateWithRetry'>;
  cluster: string;
  node: string;
  fingerprint: () => Promise<string>;
  readFacts: () => Promise<HostFacts>;
  now: () => Date;
}

/**
 * One look at this host's block devices: where one came, went or is used otherwise than when the host was described last, all of it is read
 * and written to the host's ConfigMap, for the ops worker to judge. What is on the disks shows from inside alone, so every ten minutes all is
 * read in any case. Changes nothing else.
 */
export async function noticeDevices(host: NoticedHost): Promise<string[]> {
  const { kubernetes, cluster, node } = host;
  const fingerprint = await host.fingerprint();
  const known = await readNoticed(kubernetes, cluster, node);
  const age = host.now().getTime() - Date.parse(known?.noticedAt ?? '1970-01-01T00:00:00Z');
  if (known?.fingerprint === fingerprint && age < READ_INSIDE_EVERY_SECONDS * 1000) return [];
  await writeNoticed(kubernetes, cluster, { facts: await host.readFacts(), fingerprint });
  return known?.fingerprint === fingerprint ? [] : ['the disks of this host were described anew'];
}

/**
 * Kernel and udev tell of many things at once when a disk comes. A disk that comes and goes without end must not keep all others from being
 * noticed. In milliseconds.
 */
const SETTLING = { after: 1500, atMost: 15_000 };

export interface DeviceEvents {
  /** True while something happens that `noticed` will be called for: a look in the midst of it would show what is gone again. */
  unsettled: () => boolean;
  stop: () => void;
}

/**
 * Calls `noticed` when udev has written down something new of a block device, once for events that come together. Where udev keeps no records
 * nothing is called, and the period alone notices.
 */
export function onDeviceEvents(udevData: string, noticed: () => void, { after, atMost } = SETTLING): DeviceEvents {
  let timer: NodeJS.Timeout | undefined;
  let since = 0;
  const settled = (): void => {
    timer = undefined;
    noticed();
  };
  try {
    const watcher = watch(udevData, { persistent: false }, (_, name) => {
      if (name?.startsWith('b') !== true) return;
      if (timer === undefined) since = Date.now();
      clearTimeout(timer);
      const left = Math.max(0, since + atMost - Date.now());
      timer = setTimeout(settled, Math.min(after, left)).unref();
    });
    // A directory that goes away ends the events, not the agent.
    watcher.on('error', () => watcher.close());
    return {
      unsettled: () => timer !== undefined,
      stop: () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  } catch {
    return { unsettled: () => false, stop: () => {} };
  }
}
