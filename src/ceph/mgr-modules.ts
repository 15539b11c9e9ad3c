import { runCeph } from './ceph.ts';
import type { MgrDump } from './read-mons.ts';
import type { CephSession } from './session.ts';

/** What stands in the way of a module: not in the image, or not loadable there. `undefined` where it can run. */
export function whyModuleCannotRun({ available_modules: modules }: MgrDump, name: string): string | undefined {
  const module = modules.find((candidate) => candidate.name === name);
  if (module === undefined) return `the image of the mgr has no module ${name}`;
  return module.can_run ? undefined : `module ${name} cannot run: ${module.error_string.slice(0, 300)}`;
}

/** Enabled by somebody, or always on in the running release. */
export const isModuleOn = ({ modules, always_on_modules: alwaysOn }: MgrDump, name: string): boolean =>
  modules.includes(name) || Object.values(alwaysOn).some((names) => names.includes(name));

/** Switching a module makes the active mgr start again: what it serves is away for some seconds afterwards. */
export async function switchModule(session: CephSession, name: string, to: 'enable' | 'disable'): Promise<void> {
  await runCeph(session, ['mgr', 'module', to, name]);
}
