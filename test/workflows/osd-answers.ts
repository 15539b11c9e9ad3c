import { Context } from '@temporalio/activity';
import type { NoticeActivities } from '../../src/contract/notice.ts';
import type { OsdActivities, OsdObjectActivities } from '../../src/contract/osd-activities.ts';
import { aForcedPart } from './osd-plans.ts';
import type { Activities, World } from './world.ts';

type Names =
  | keyof OsdActivities
  | keyof OsdObjectActivities
  | keyof NoticeActivities
  | 'planAddDisk'
  | 'planAddNode'
  | 'untilNewDisk'
  | 'removeOsdDirectory';

/** What the outside answers about single OSDs and disks. */
export function osdAnswers(world: World): { [N in Names]: (...input: Parameters<Activities[N]>) => unknown } {
  const changed = () => ({ already: false });
  const unexpected = (name: string) => () => {
    throw new Error(`${name} was not expected`);
  };
  return {
    planAddDisk: () => world.addDiskPlan,
    planAddNode: () => world.addNodePlan,
    placeHost: changed,
    holdData: changed,
    moveData: changed,
    readHeld: () => ({ held: 'nothing', weightless: [] }),
    putBack: changed,
    judgeNoticed: unexpected('judgeNoticed'),
    askToAdd: unexpected('askToAdd'),
    withdrawQuestion: unexpected('withdrawQuestion'),
    planReplaceDisk: () => world.replaceDiskPlan,
    planSwap: () => world.swapPlan,
    outOsd: changed,
    inOsd: changed,
    destroyOsd: changed,
    planForcedDestroy: () => aForcedPart(world.cluster, world.nodes),
    forceDestroyOsd: changed,
    weighOsd: changed,
    // One disk is put in, and no other.
    untilNewDisk: ({ known }) =>
      known.includes('serial:new') ? Context.current().cancelled : { id: 'serial:new', path: '/dev/sdx' },
    planRemoveDisk: () => world.removeDiskPlan,
    readLayout: unexpected('readLayout'),
    drainOsd: changed,
    undrainOsd: changed,
    untilSafeToDestroy: () => ({ already: false, wentDown: false }),
    stopOsd: changed,
    rememberRemoved: changed,
    forgetRemoved: changed,
    purgeOsd: changed,
    removeOsdDirectory: changed,
    untilOsdsIn: ({ osds }) => ({ osds: osds.map(({ osdUuid: uuid }, id) => ({ id: id + 3, uuid })) }),
    untilSettled: () => ({ pgs: 1, byState: { 'active+clean': 1 } }),
  };
}
