import { runCeph } from '../../src/ceph/ceph.ts';
import {
  readConfigDump,
  setConfig,
  setManyConfigs,
  storedValue,
  type Setting,
} from '../../src/ceph/config-database.ts';
import { readConfigMap } from '../../src/ceph/cluster-store.ts';
import { readOsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { AppliedSettings, ApplySettingsInput } from '../../src/contract/ceph-activities.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { failure } from '../../src/errors.ts';
import { logFilesConfig, logsAsAsked, logsToFiles } from '../../src/manifests/log-files.ts';
import { NAMES } from '../../src/manifests/names.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';
import type { CephClusterSpec } from '../../src/spec/ceph-cluster.ts';
import type { AgentDeps } from './agent-deps.ts';
import { switchModules } from './mgr-modules.ts';
import { sessionOf } from './session-of.ts';
import { whileHeartbeating } from './waiting.ts';
import { wantedSettings } from './wanted-settings.ts';

/**
 * Brings the config database, the full ratios, the mgr modules and the log files to what the document says, and reads them back. Values come
 * from the document and are never returned. Idempotent: what is so already is left. A setting that Ceph refuses is a finding, all of them at
 * once.
 */
export async function applySettings(deps: AgentDeps, input: ApplySettingsInput): Promise<AppliedSettings> {
  const spec = await deps.readDocument(input.cluster);
  if (spec === undefined)
    throw failure('DOCUMENT_MISSING', `The settings of ${input.cluster} could not be applied: there is no document`);
  const session = await sessionOf(deps, input.cluster);
  const told = await readConfigMap(deps.kubernetes, input.cluster, NAMES.logFiles);
  const { settings, missing } = wantedSettings(spec, input.settings, logSettings(spec, told));
  if (missing.length > 0)
    throw failure('DOCUMENT_CHANGED', `The document of ${input.cluster} has no ${missing.join(', ')} any more`);
  const options = await whileHeartbeating(
    () => `setting ${settings.length} options`,
    () => setOptions(session, settings),
  );
  if (!logsAsAsked(spec, told)) await tellAgents(deps, logFilesConfig(input.cluster, spec));
  const ratios = await setRatios(session, spec.storage);
  const modules = await switchModules(session, spec.mgr.modules);
  const changed = [...options.changed, ...ratios, ...modules.changed];
  return { changed, already: changed.length === 0, findings: [...options.findings, ...modules.findings] };
}

/** Files are written only where the document asks for them; switched off, only what was switched on by it. */
const logSettings = (spec: CephClusterSpec, told: Record<string, string> | undefined): Setting[] =>
  spec.logCollector.enabled || logsToFiles(told)
    ? [{ who: 'global', option: 'log_to_file', value: String(spec.logCollector.enabled) }]
    : [];

/** Written after the setting, because it also says that the setting was made. Until then the agents rotate files by the defaults. */
const tellAgents = ({ kubernetes }: AgentDeps, config: KubernetesObject): Promise<unknown> =>
  kubernetes.updateWithRetry(refOf(config), (current) => ({ ...config, ...current, data: config['data'] }));

async function setOptions(
  session: CephSession,
  settings: Setting[],
): Promise<{ changed: string[]; findings: Finding[] }> {
  const before = await readConfigDump(session);
  const wanted = settings.filter(({ who, option, value }) => storedValue(before, who, option) !== value);
  if (wanted.length === 0) return { changed: [], findings: [] };
  await setManyConfigs(session, wanted);
  const among = await readConfigDump(session);
  // Ceph keeps values in its own spelling (4G becomes 4294967296), so "changed" compares what it holds before and after.
  const unchanged = wanted.filter(
    ({ who, option }) => storedValue(among, who, option) === storedValue(before, who, option),
  );
  const findings = await setOneByOne(session, unchanged);
  const after = unchanged.length === 0 ? among : await readConfigDump(session);
  const lost = wanted.filter(({ who, option }) => storedValue(after, who, option) === undefined);
  const told = new Set(findings.map(({ target }) => target));
  const silent = lost.filter(({ who, option }) => !told.has(`${who}/${option}`));
  findings.push(...silent.map((setting) => refused(setting, 'Ceph said yes and does not have it afterwards')));
  const changed = wanted.filter(
    ({ who, option }) => storedValue(after, who, option) !== storedValue(before, who, option),
  );
  return { changed: changed.map(({ who, option }) => `${who}/${option}`), findings };
}

/** What was not taken together, each by its own command, because that one tells why it is refused. */
async function setOneByOne(session: CephSession, settings: Setting[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const setting of settings) {
    const answer = await setConfig(session, setting);
    if (!answer.taken) findings.push(refused(setting, answer.because));
  }
  return findings;
}

const refused = ({ who, option }: Setting, because: string): Finding => ({
  code: 'SETTING_REFUSED',
  severity: 'warning',
  because: `Ceph did not take the setting ${who}/${option}: ${because}.`,
  remedy: 'Correct or remove it under cephConfig in the document.',
  target: `${who}/${option}`,
});

/** Ratios are kept as 32-bit numbers, so 0.95 comes back as 0.949999988. */
const RATIO_TOLERANCE = 1e-6;

async function setRatios(session: CephSession, storage: CephClusterSpec['storage']): Promise<string[]> {
  const wanted = [
    { command: 'set-full-ratio', field: 'full_ratio', value: storage.fullRatio },
    { command: 'set-backfillfull-ratio', field: 'backfillfull_ratio', value: storage.backfillFullRatio },
    { command: 'set-nearfull-ratio', field: 'nearfull_ratio', value: storage.nearFullRatio },
  ] as const;
  const before = await readOsdDump(session);
  const different = wanted.filter(({ field, value }) => Math.abs(before[field] - value) > RATIO_TOLERANCE);
  if (different.length === 0) return [];
  for (const { command, value } of different) await runCeph(session, ['osd', command, String(value)]);
  const after = await readOsdDump(session);
  const wrong = different.filter(({ field, value }) => Math.abs(after[field] - value) > RATIO_TOLERANCE);
  if (wrong.length === 0) return different.map(({ field }) => field);
  const told = wrong.map(({ field, value }) => `${field} is ${after[field]} and not ${value}`).join(', ');
  throw failure('COMMAND_FAILED', `The full ratios of cluster ${session.fsid} could not be set: ${told}`);
}
