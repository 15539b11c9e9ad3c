import { isModuleOn, switchModule, whyModuleCannotRun } from '../../src/ceph/mgr-modules.ts';
import { readMgrDump } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { failure } from '../../src/errors.ts';
import { untilActiveMgr } from './until-mgr-available.ts';
import { until } from './waiting.ts';

const MGR_WITHIN_SECONDS = 180;

export interface SwitchedModules {
  changed: string[];
  findings: Finding[];
}

/** Brings mgr modules to the wanted state and reads the mgr map back. A module that the image lacks is a finding. */
export async function switchModules(
  session: CephSession,
  wanted: { name: string; enabled: boolean }[],
): Promise<SwitchedModules> {
  const result: SwitchedModules = { changed: [], findings: [] };
  if (wanted.length === 0) return result;
  // Before a mgr has reported its modules, the mons know none of them.
  await untilActiveMgr(session, MGR_WITHIN_SECONDS);
  for (const { name, enabled } of wanted) {
    const dump = await readMgrDump(session);
    if (isModuleOn(dump, name) === enabled) continue;
    const obstacle = enabled ? whyModuleCannotRun(dump, name) : undefined;
    if (obstacle !== undefined) {
      result.findings.push(notSwitched(name, obstacle));
      continue;
    }
    await switchModule(session, name, enabled ? 'enable' : 'disable');
    await untilSwitched(session, name, enabled ? 'on' : 'off');
    result.changed.push(`mgr/module/${name}`);
  }
  return result;
}

async function untilSwitched(session: CephSession, name: string, state: 'on' | 'off'): Promise<void> {
  await until({
    timeoutSeconds: MGR_WITHIN_SECONDS,
    look: async () => {
      const dump = await readMgrDump(session);
      const asWanted = isModuleOn(dump, name) === (state === 'on');
      return asWanted && dump.available ? { done: true } : { waiting: `module ${name} is not ${state} yet` };
    },
    giveUp: (because) => failure('MGR_NOT_AVAILABLE', `The mgr did not switch module ${name} ${state} ${because}`),
  });
}

const notSwitched = (name: string, because: string): Finding => ({
  code: 'MGR_MODULE_MISSING',
  severity: 'warning',
  because: `The mgr module ${name} was not enabled: ${because}.`,
  remedy: 'Use an image that has it, or take it out of the document.',
  target: `mgr/module/${name}`,
});
