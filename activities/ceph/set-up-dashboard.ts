import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runCeph } from '../../src/ceph/ceph.ts';
import { readSecret } from '../../src/ceph/cluster-store.ts';
import { readConfigDump, setConfig, storedValue, unsetConfig, type Setting } from '../../src/ceph/config-database.ts';
import { withKeyDirectory, writeKeyFile } from '../../src/ceph/key-files.ts';
import { isModuleOn, switchModule, whyModuleCannotRun } from '../../src/ceph/mgr-modules.ts';
import { readMgrDump } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { ClusterInput, DashboardState } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { dashboardPasswordSecret } from '../../src/manifests/dashboard.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { CephClusterSpec } from '../../src/spec/ceph-cluster.ts';
import { dashboardPort } from '../../src/spec/effective.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';
import { untilActiveMgr } from './until-mgr-available.ts';
import { until } from './waiting.ts';

const MODULE = 'dashboard';
const USER = 'admin';
const SERVES_WITHIN_SECONDS = 120;

/**
 * Makes the mgr serve the dashboard with the user `admin`, whose password lies in the Secret `rook-ceph-dashboard-password` (made once,
 * never replaced). An image without the module is a finding, not a failure. Idempotent: settings, certificate and user that are there
 * are left.
 */
export async function setUpDashboard(deps: AgentDeps, { cluster }: ClusterInput): Promise<DashboardState> {
  const spec = await deps.readDocument(cluster);
  if (spec === undefined)
    throw failure('DOCUMENT_MISSING', `The dashboard of ${cluster} could not be set up: there is no document`);
  if (!spec.dashboard.enabled) return { enabled: false, already: true, url: null, findings: [] };
  const session = await sessionOf(deps, cluster);
  await untilActiveMgr(session, SERVES_WITHIN_SECONDS);
  const obstacle = whyModuleCannotRun(await readMgrDump(session), MODULE);
  if (obstacle !== undefined) return withoutModule(obstacle);
  const changed = [
    await configure(session, dashboardSettings(spec)),
    await switchOn(session),
    await certify(session, spec),
  ].some(Boolean);
  const url = await untilServed(session);
  const userMade = await ensureUser(deps, session, cluster);
  return { enabled: true, already: !changed && !userMade, url, findings: [] };
}

const withoutModule = (obstacle: string): DashboardState => ({
  enabled: false,
  already: true,
  url: null,
  findings: [
    {
      code: 'DASHBOARD_MISSING',
      severity: 'warning',
      because: `The dashboard is asked for and cannot be served: ${obstacle}.`,
      remedy: 'Use an image that has it, or set dashboard.enabled to false.',
      target: 'dashboard.enabled',
    },
  ],
});

export function dashboardSettings(spec: CephClusterSpec): Setting[] {
  const { ssl, urlPrefix = '' } = spec.dashboard;
  const settings: [string, string][] = [
    ['ssl', String(ssl)],
    [ssl ? 'ssl_server_port' : 'server_port', String(dashboardPort(spec))],
    ['url_prefix', urlPrefix],
  ];
  return settings.map(([name, value]) => ({ who: 'mgr', option: `mgr/${MODULE}/${name}`, value }));
}

/** The module reads its settings when it starts, so one that runs already is switched off and on again. */
async function configure(session: CephSession, settings: Setting[]): Promise<boolean> {
  const dump = await readConfigDump(session);
  const different = settings.filter(({ who, option, value }) => (storedValue(dump, who, option) ?? '') !== value);
  for (const setting of different) {
    if (setting.value === '') {
      await unsetConfig(session, setting.who, setting.option);
      continue;
    }
    const answer = await setConfig(session, setting);
    if (!answer.taken)
      throw failure('COMMAND_FAILED', `Ceph did not take the setting ${setting.option}: ${answer.because}`);
  }
  if (different.length > 0 && isModuleOn(await readMgrDump(session), MODULE))
    await switchModule(session, MODULE, 'disable');
  return different.length > 0;
}

async function switchOn(session: CephSession): Promise<boolean> {
  if (isModuleOn(await readMgrDump(session), MODULE)) return false;
  await switchModule(session, MODULE, 'enable');
  return true;
}

const ABSENT = 2;

/** With TLS and no certificate the module does not start; the certificate command itself is there as soon as the module is loaded. */
async function certify(session: CephSession, spec: CephClusterSpec): Promise<boolean> {
  if (!spec.dashboard.ssl) return false;
  const exists = ['config-key', 'exists', `mgr/${MODULE}/crt`];
  if ((await runCeph(session, exists, { answers: [0, ABSENT] })).exitCode === 0) return false;
  await until({
    timeoutSeconds: SERVES_WITHIN_SECONDS,
    look: async () => {
      await runCeph(session, ['dashboard', 'create-self-signed-cert']);
      return { done: true };
    },
    giveUp: (because) => failure('COMMAND_FAILED', `The dashboard's certificate could not be made ${because}`),
  });
  await switchModule(session, MODULE, 'disable');
  await switchModule(session, MODULE, 'enable');
  return true;
}

const untilServed = (session: CephSession): Promise<string> =>
  until<string>({
    timeoutSeconds: SERVES_WITHIN_SECONDS,
    look: async () => {
      const url = (await readMgrDump(session)).services[MODULE];
      return url === undefined ? { waiting: 'the mgr does not serve the dashboard yet' } : { done: url };
    },
    giveUp: (because) =>
      failure('MGR_NOT_AVAILABLE', `The dashboard of cluster ${session.fsid} did not start ${because}`),
  });

/** True where the user was made, or got the password of a Secret that was made now. */
async function ensureUser(deps: AgentDeps, session: CephSession, cluster: string): Promise<boolean> {
  const secret = dashboardPasswordSecret({ namespace: cluster }, randomBytes(18).toString('base64url'));
  const { already } = await deps.kubernetes.create(secret);
  const { exitCode } = await runCeph(session, ['dashboard', 'ac-user-show', USER], { answers: [0, ABSENT] });
  const userThere = exitCode === 0;
  if (userThere && already) return false;
  const password = (await readSecret(deps.kubernetes, cluster, NAMES.dashboardPassword))?.password;
  if (!password)
    throw failure('IDENTITY_CONFLICT', `The Secret ${NAMES.dashboardPassword} of ${cluster} has no password`);
  await withKeyDirectory(deps.cephDir, async (directory) => {
    const file = join(directory, 'password');
    await writeKeyFile(file, password);
    const command = userThere
      ? ['dashboard', 'ac-user-set-password', USER, '-i', file, '--force-password']
      : ['dashboard', 'ac-user-create', USER, '-i', file, 'administrator', '--force-password'];
    await runCeph(session, command);
  });
  return true;
}
