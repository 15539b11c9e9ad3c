import type { Finding } from '../contract/finding.ts';
import { isFields } from './document-frame.ts';
import { optionName } from './option-name.ts';

/** Options of Ceph that no document may set, and what would happen. */
const REFUSED: readonly [name: RegExp, because: string][] = [
  [
    // BlueStore's mkfs links what these name and formats it: a disk that no plan showed and nobody approved would be overwritten.
    /^bluestore_block_(\w+_)?path$/,
    'An OSD would format the device that it names, which no plan shows and nobody approves',
  ],
  [/^osd_journal$/, 'An OSD would write to the device that it names, which no plan shows and nobody approves'],
  [/^osd_objectstore$/, 'OSDs are made with bluestore, any other store would lose or not find the data'],
  [
    /^(mon|mgr|osd|mds|rgw)_data$/,
    'A daemon would look for its store in another place than the one where its store was made',
  ],
  [/^(fsid|osd_uuid)$/, 'It is the identity of the cluster or of an OSD, which is made once and never set'],
  [
    /^(mon_host|mon_host_override|mon_initial_members|mon_dns_srv_name|monmap|no_mon_config)$/,
    'Daemons would look for other mons than those of this cluster',
  ],
  [/^(keyring|key|keyfile)$/, 'Daemons and tools would use other keys than those of this cluster'],
  [/^(admin_socket|run_dir)$/, 'A daemon that still runs could not be seen by its socket, and its disk be wiped'],
];

const OPTION_NAME = /^[a-z0-9_./:]+$/i;

function objectionTo(option: string, value: unknown): string | undefined {
  const name = optionName(option).toLowerCase();
  // A name is written to a ceph.conf, where other characters would end it and begin a setting that nobody looked at.
  if (!OPTION_NAME.test(name)) return 'This is no name of an option of Ceph';
  if (typeof value === 'string' && value.trimEnd().endsWith('\\'))
    return 'Its value ends in a backslash, which would join the next line of a ceph.conf to it';
  return REFUSED.find(([pattern]) => pattern.test(name))?.[1];
}

/** An option of `cephConfig` that is refused: its section, its name as written, and why. */
export interface RefusedOption {
  section: string;
  option: string;
  because: string;
}

/**
 * Options in any section of `cephConfig` that name devices, directories or identities: all of these follow from the plan, and Ceph
 * would obey the document instead.
 * @param cephConfig of whatever shape
 */
export const refusedOptions = (cephConfig: unknown): RefusedOption[] =>
  Object.entries(isFields(cephConfig) ? cephConfig : {}).flatMap(([section, options]) =>
    Object.entries(isFields(options) ? options : {}).flatMap(([option, value]) => {
      const because = objectionTo(option, value);
      return because === undefined ? [] : [{ section, option, because }];
    }),
  );

export const optionFinding = (target: string, { because }: RefusedOption): Finding => ({
  code: 'FIELD_REFUSED',
  severity: 'blocking',
  because: `${target} may not be set. ${because}.`,
  remedy: `Take ${target} out of the document.`,
  target,
});
