import { CancellationScope } from '@temporalio/workflow';
import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import type { PlannedOsd } from '../src/contract/bootstrap.ts';
import type { CreatedOsd } from '../src/contract/ceph-activities.ts';
import { ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';

interface HostOsds {
  node: string;
  osds: PlannedOsd[];
  /** Id that the one OSD keeps, where it takes the place of one that was destroyed. */
  keptId?: number;
}

interface Beside {
  /** Ends before the first OSD starts: some settings are read only then, and data is placed by weights as soon as it is up. */
  beforeStart: (created: CreatedOsd[]) => Promise<unknown>;
  /** Gets the uuids of OSDs that did not live before, also when the step fails afterwards. */
  newOsds: string[];
}

/**
 * Makes the OSDs of one host, one disk after the other, and starts them. A repeat finds each OSD by the uuid on its disk.
 */
export async function createOsds<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  input: StartDaemonsInput,
  { node, osds, keptId }: HostOsds,
  { beforeStart, newOsds }: Beside,
): Promise<void> {
  const { cluster, fsid } = input;
  const step = `create-osds/${node}`;
  await run.planned(step, async () => {
    const created: CreatedOsd[] = [];
    for (const osd of osds) {
      const made = await run.host(node, step).createOsd({
        cluster,
        fsid,
        ...birth(osd),
        ...(keptId === undefined ? {} : { osdId: keptId }),
      });
      if (!made.already) newOsds.push(made.osdUuid);
      created.push(made);
    }
    await beforeStart(created);
    await ops.startOsds({ ...input, facts: { ...input.facts, osds }, node, osds: created });
    const up = created.map(({ osdId: id, osdUuid: uuid }) => ({ id, uuid, node }));
    await unlessStuck(
      () => run.host(node, step).untilOsdsUp({ cluster, dataDir: input.facts.dataDir, osds: up }),
      () => ops.untilOsdPodsReady({ cluster, osds: created }),
    );
  });
}

const birth = ({ node, path, diskId, sizeBytes, osdUuid, deviceClass }: PlannedOsd) => ({
  disk: { node, path, id: diskId, sizeBytes },
  osdUuid,
  ...(deviceClass === undefined ? {} : { deviceClass }),
});

/** Waits for the outcome; a pod that is stuck ends the wait at once with its own reason. A ready pod alone proves nothing. */
export async function unlessStuck(outcome: () => Promise<unknown>, pods: () => Promise<unknown>): Promise<void> {
  const waits = new CancellationScope();
  await waits.run(async () => {
    const stuck = pods().then(() => new Promise<never>(() => {}));
    try {
      await Promise.race([outcome(), stuck]);
    } finally {
      waits.cancel();
    }
  });
}
