import { all, blocking, cured, tolerated } from './health-rules.ts';
import type { HealthRules } from './health.ts';

/** What each health code means while a cluster is born. Codes and meaning: Ceph's health checks of 16 to 20. */
export const BOOTSTRAP_HEALTH: HealthRules = {
  ...all(blocking('a new cluster has all its mons'), 'MON_DOWN MON_NETSPLIT'),
  ...all(blocking('mons with different clocks lose quorum'), 'MON_CLOCK_SKEW'),
  ...all(blocking('the mon stops when its disk is full'), 'MON_DISK_CRIT'),
  ...all(
    tolerated('the disk of a mon is over 70 % full or its store is large; service is not touched'),
    'MON_DISK_LOW MON_DISK_BIG',
  ),
  ...all(cured('the mons are made with both messengers'), 'MON_MSGR2_NOT_ENABLED'),
  ...all(tolerated('matters to stretched clusters alone'), 'MON_LOCATION_NOT_SET'),
  ...all(cured('mgrs are started'), 'MGR_DOWN'),
  ...all(blocking('a failed mgr module serves nobody and may hide more'), 'MGR_MODULE_ERROR'),
  ...all(tolerated('a module that nobody asked for misses a library in the image'), 'MGR_MODULE_DEPENDENCY'),
  ...all(tolerated('a daemon crashed and runs again; read "ceph crash ls"'), 'RECENT_CRASH RECENT_MGR_MODULE_CRASH'),
  ...all(
    cured('auth_allow_insecure_global_id_reclaim is set to false'),
    'AUTH_INSECURE_GLOBAL_ID_RECLAIM AUTH_INSECURE_GLOBAL_ID_RECLAIM_ALLOWED',
  ),
  ...all(blocking('emergency ciphers must not stay'), 'AUTH_EMERGENCY_CIPHERS_SET'),
  ...all(blocking('a key has capabilities that Ceph does not understand'), 'AUTH_BAD_CAPS'),
  ...all(cured('OSDs are made'), 'TOO_FEW_OSDS'),
  ...all(
    cured('OSDs that were down are started'),
    'OSD_DOWN PG_AVAILABILITY PG_DEGRADED OBJECT_MISPLACED PENDING_CREATING_PGS SLOW_OPS',
  ),
  ...all(blocking('OSDs answer at an address that others cannot reach'), 'OSD_UNREACHABLE'),
  ...all(blocking('CRUSH names an OSD that does not exist'), 'OSD_ORPHAN'),
  ...all(blocking('nobody sets flags at a birth, and a forgotten one disables self-healing'), 'OSDMAP_FLAGS OSD_FLAGS'),
  ...all(
    blocking('writes are or will be blocked'),
    'OSD_FULL OSD_BACKFILLFULL OSD_NEARFULL POOL_FULL POOL_BACKFILLFULL POOL_NEARFULL POOL_NEAR_FULL PG_BACKFILL_FULL PG_RECOVERY_FULL OSD_OUT_OF_ORDER_FULL',
  ),
  ...all(blocking('data is damaged or missing'), 'PG_DAMAGED OSD_SCRUB_ERRORS OBJECT_UNFOUND'),
  ...all(blocking('a pool keeps one copy alone'), 'POOL_NO_REDUNDANCY'),
  ...all(
    blocking('a disk that fails at its birth is replaced, not used'),
    'OSD_TOO_MANY_REPAIRS BLUESTORE_SPURIOUS_READ_ERRORS BLUESTORE_DISK_SIZE_MISMATCH DEVICE_HEALTH DEVICE_HEALTH_IN_USE DEVICE_HEALTH_TOOMANY',
  ),
  ...all(
    tolerated('a slow disk or network is no fault of the birth; look at it afterwards'),
    'BLUESTORE_SLOW_OP_ALERT BLOCK_DEVICE_STALLED_READ_ALERT DB_DEVICE_STALLED_READ_ALERT WAL_DEVICE_STALLED_READ_ALERT OSD_SLOW_PING_TIME_FRONT OSD_SLOW_PING_TIME_BACK',
  ),
  ...all(
    tolerated('advice about pools that users own'),
    'POOL_APP_NOT_ENABLED TOO_MANY_PGS TOO_FEW_PGS POOL_TOO_FEW_PGS POOL_TOO_MANY_PGS POOL_PG_NUM_NOT_POWER_OF_TWO SMALLER_PGP_NUM MANY_OBJECTS_PER_PG POOL_HAS_TARGET_SIZE_BYTES_AND_RATIO POOL_TARGET_SIZE_BYTES_OVERCOMMITTED PG_NOT_SCRUBBED PG_NOT_DEEP_SCRUBBED PG_SLOW_SNAP_TRIMMING LARGE_OMAP_OBJECTS',
  ),
  ...all(
    tolerated('file systems are made after the cluster'),
    'MDS_ALL_DOWN MDS_UP_LESS_THAN_MAX MDS_INSUFFICIENT_STANDBY',
  ),
  ...all(tolerated('a hint about telemetry'), 'TELEMETRY_CHANGED'),
  ...all(blocking('all daemons of a birth run one version'), 'DAEMON_OLD_VERSION OSD_UPGRADE_FINISHED'),
};
