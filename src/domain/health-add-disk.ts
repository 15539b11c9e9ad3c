import { BOOTSTRAP_HEALTH } from './health-bootstrap.ts';
import { all, blocking, cured, tolerated } from './health-rules.ts';
import type { HealthRules } from './health.ts';

/**
 * What each health code means to a cluster that gets more OSDs. As at its birth, but for what new capacity is the cure of, and for what
 * data that moves looks like.
 */
export const ADD_DISK_HEALTH: HealthRules = {
  ...BOOTSTRAP_HEALTH,
  ...all(
    cured('there is more room'),
    'OSD_NEARFULL OSD_BACKFILLFULL POOL_NEARFULL POOL_NEAR_FULL POOL_BACKFILLFULL PG_BACKFILL_FULL PG_RECOVERY_FULL TOO_FEW_OSDS',
  ),
  ...all(cured('writes go on when data has moved to the new OSDs'), 'OSD_FULL POOL_FULL'),
  ...all(
    tolerated('redundancy is restored with the new OSDs as without them, and no data is given up for them'),
    'OSD_DOWN PG_DEGRADED OBJECT_MISPLACED PENDING_CREATING_PGS SLOW_OPS',
  ),
  ...all(blocking('a PG that does not serve is cured before data moves'), 'PG_AVAILABILITY'),
  ...all(
    tolerated('a flag that holds data back holds it back from the new OSDs as well; unset it afterwards'),
    'OSDMAP_FLAGS OSD_FLAGS',
  ),
  ...all(tolerated('a pool with one copy does not get worse by more OSDs'), 'POOL_NO_REDUNDANCY'),
  ...all(
    tolerated('another disk that fails is no reason to wait with new ones'),
    'OSD_TOO_MANY_REPAIRS BLUESTORE_SPURIOUS_READ_ERRORS BLUESTORE_DISK_SIZE_MISMATCH DEVICE_HEALTH DEVICE_HEALTH_IN_USE DEVICE_HEALTH_TOOMANY',
  ),
};
