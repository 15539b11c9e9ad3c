import { runCeph } from '../../src/ceph/ceph.ts';
import { readOsds } from '../../src/ceph/read-osds.ts';
import { readPgs } from '../../src/ceph/read-pgs.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { describeProgress } from '../../src/domain/pg-progress.ts';
import { failure } from '../../src/errors.ts';
import { until } from '../ceph/waiting.ts';
import { isSame, requireSame } from './same-osd.ts';

/** An OSD that is down tells nothing of itself, so Ceph judges it only while every PG is clean. */
const NOT_KNOWN = 11;
const IN_USE = 16;
const IS_UP = /is not `down`/;
/** No PG stays mapped to an OSD that is down: right after its end the mgr counts what was. Met on the lab, after a restart of its host. */
const IS_MAPPED = /currently mapped to them/;

/** From the end of its pod until the map shows an OSD down. The last OSDs of a cluster are reported by nobody, so they are told to be down. */
const DOWN_WITHIN_SECONDS = 60;

/** Others may still move data that has nothing to do with the OSD; below the end of a try, so that a person hears of what does not pass. */
const JUDGED_WITHIN_SECONDS = 1800;

/** Its pod must be proven gone. */
export async function untilDown(session: CephSession, id: number): Promise<void> {
  await until<true>({
    timeoutSeconds: DOWN_WITHIN_SECONDS,
    look: async () => {
      const { osds } = await readOsds(session);
      if (osds.find((osd) => osd.id === id)?.up !== true) return { done: true };
      await runCeph(session, ['osd', 'down', String(id)]);
      return { waiting: `osd.${id} is still up in the map` };
    },
    giveUp: (because) => failure('STILL_RUNNING', `osd.${id} answers although its pod is gone, ${because}`),
  });
}

/**
 * `ceph osd destroy` or `purge` of an OSD that is down, by Ceph's own check and never by force. Waits while Ceph cannot judge, because PGs of
 * other OSDs are not clean, while PGs still count as mapped to it, and while the OSD is up once more: a controller that had not heard of the
 * end of its ReplicaSet, because the API server was away, makes the pod again, and Kubernetes ends it by itself. It is not told to be down
 * meanwhile, because it runs. Before every try the id must still be that of the approved OSD. rc 0 proves nothing: read back.
 * @throws NOT_SAFE_TO_DESTROY with Ceph's own words; DISK_CHANGED where the id is another OSD's by now, or nobody's
 */
export async function endByOwnCheck(
  session: CephSession,
  verb: 'destroy' | 'purge',
  osd: OsdInput['osd'],
): Promise<void> {
  const { id } = osd;
  const refusal = (because: string): Error =>
    failure('NOT_SAFE_TO_DESTROY', `Ceph does not ${verb} osd.${id}: ${because}`);
  let isSent = false;
  await until<true>({
    timeoutSeconds: JUDGED_WITHIN_SECONDS,
    look: async () => {
      // Gone after a try whose answer did not come, or by somebody else: nothing is left to be done.
      if (isSent && !(await isSame(session, osd))) return { done: true };
      if (!isSent) await requireSame(session, osd);
      isSent = true;
      // Without a flag: with it Ceph's own check would not run.
      const answers = [0, NOT_KNOWN, IN_USE];
      const { exitCode, stderr } = await runCeph(session, ['osd', verb, String(id)], { answers });
      if (exitCode === 0) return { done: true };
      if (exitCode === IN_USE && IS_UP.test(stderr))
        return { waiting: `osd.${id} came up again after its pod was gone` };
      if (exitCode === IN_USE && IS_MAPPED.test(stderr))
        return { waiting: `Ceph still counts PGs as mapped to osd.${id}; ${describeProgress(await readPgs(session))}` };
      if (exitCode === IN_USE) throw refusal(stderr.trim());
      return { waiting: `${stderr.trim()}; ${describeProgress(await readPgs(session))}` };
    },
    giveUp: refusal,
  });
}
