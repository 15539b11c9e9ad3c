import type { Setting } from '../../src/ceph/config-database.ts';
import type { CephClusterSpec } from '../../src/spec/ceph-cluster.ts';
import { optionName } from '../../src/spec/option-name.ts';

/** Settings of our own: the insecure way to take over a client's id is off, which every release leaves on for old clients. */
const OWN: Setting[] = [{ who: 'mon', option: 'auth_allow_insecure_global_id_reclaim', value: 'false' }];

/**
 * What the config database shall hold: the named settings of the document with their values, and, where the document is silent, ours and
 * `more`. Pure. `missing` are names that the document does not have any more.
 */
export function wantedSettings(
  spec: CephClusterSpec,
  names: string[],
  more: Setting[] = [],
): { settings: Setting[]; missing: string[] } {
  const named = names.map((name) => ({ name, setting: findSetting(spec, name) }));
  const asked = named.flatMap(({ setting }) => (setting === undefined ? [] : [setting]));
  const isAsked = (own: Setting): boolean =>
    asked.some(({ who, option }) => who === own.who && optionName(option) === optionName(own.option));
  return {
    settings: [...asked, ...[...OWN, ...more].filter((own) => !isAsked(own))],
    missing: named.flatMap(({ name, setting }) => (setting === undefined ? [name] : [])),
  };
}

/** A section may carry a mask (`osd/class:ssd`), so the option is what follows the last slash that the document agrees with. */
function findSetting(spec: CephClusterSpec, name: string): Setting | undefined {
  for (const [who, options] of Object.entries(spec.cephConfig)) {
    const value = name.startsWith(`${who}/`) ? options[name.slice(who.length + 1)] : undefined;
    if (value !== undefined) return { who, option: name.slice(who.length + 1), value };
  }
  return undefined;
}
