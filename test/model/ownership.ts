import type { ModelledOsd } from './modelled-cluster.ts';
import type { Ending } from './modelled-run.ts';
import type { ModelledWorld } from './modelled-world.ts';

/**
 * What a run left behind that nobody owns: an OSD that it took out or drained, or a flag that it set. A note in Ceph owns it where the run was
 * killed for good, where it said that it could not undo, or where it ended before it changed anything of what an earlier one left; in every other
 * ending there has to be nothing.
 */
export function unowned(world: ModelledWorld, { state, left, changed }: Ending): string[] {
  const { osds, notes } = world.cluster;
  const mayBeNoted = state === 'terminated' || left.length > 0 || !changed;
  const isOwned = (key: string): boolean => mayBeNoted && notes.has(`cephflow/${key}`);
  return [
    ...osds.filter(isLeftOut).flatMap(({ id, uuid }) => (isOwned(`out/${uuid}`) ? [] : [`osd.${id} is left out`])),
    ...osds
      .filter(({ weight, destroyed }) => weight === 0 && !destroyed)
      .flatMap(({ id, uuid }) => (isOwned(`drained/${uuid}`) ? [] : [`osd.${id} is left without weight`])),
  ];
}

/** Ceph itself takes a dead one out, and in again when it comes back. */
const isLeftOut = ({ inside, autoOut, destroyed, isNew }: ModelledOsd): boolean =>
  !inside && !autoOut && !destroyed && !isNew;

/** OSDs that a person gave a weight, and that have neither this one nor, for the time of a drain, none. */
export const misweighed = ({ cluster: { osds, byHand } }: ModelledWorld): string[] =>
  osds
    .filter(({ uuid, weight }) => byHand.has(uuid) && weight !== 0 && weight !== byHand.get(uuid))
    .map(({ id, weight }) => `osd.${id} has the weight ${weight}`);

/** What holds data back, or joined without weight, and no note of add-node owns. */
export function heldBack({ cluster: { osds, flags, settings, notes } }: ModelledWorld): string[] {
  if ([...notes.keys()].some((key) => key.startsWith('cephflow/held/'))) return [];
  return [
    ...osds.filter(({ weight }) => weight === 0).map(({ id }) => `osd.${id} is left without weight`),
    ...[...flags].map((flag) => `the flag ${flag} is left set`),
    ...[...settings].map(([name, value]) => `${name} is left at ${value}`),
  ];
}
