import { askCeph, CommandFailed, tellCeph } from './kubectl.ts';

/** Removes those of these pools that are there, with all that is in them. Pools may be deleted only while this runs; what it sets, it unsets. */
export async function removePools(cluster: string, names: readonly string[]): Promise<void> {
  const listOurs = async () =>
    (await askCeph<string[]>(cluster, 'osd', 'pool', 'ls')).filter((pool) => names.includes(pool));
  const pools = await listOurs();
  if (pools.length === 0) return;
  await tellCeph(cluster, 'config', 'set', 'mon', 'mon_allow_pool_delete', 'true');
  try {
    for (const pool of pools) await tellCeph(cluster, 'osd', 'pool', 'rm', pool, pool, '--yes-i-really-really-mean-it');
  } finally {
    await tellCeph(cluster, 'config', 'rm', 'mon', 'mon_allow_pool_delete');
  }
  const left = await listOurs();
  if (left.length > 0)
    throw new CommandFailed(`Pools of the demo are still there after their removal: ${left.join(', ')}`);
}
