export interface CephUser {
  /** `mon.`, `client.admin`, `client.crash` or `mgr.<id>`. */
  entity: string;
  key: string;
}

/**
 * What each entity may do, by its name or else its type; an unknown client nothing. Source: upstream's manual deployment, proven on 16, 18
 * and 20; for crash collectors, Rook.
 */
const CAPABILITIES: Record<string, Record<string, string>> = {
  mon: { mon: 'allow *' },
  'client.admin': { mds: 'allow *', mgr: 'allow *', mon: 'allow *', osd: 'allow *' },
  'client.crash': { mon: 'allow profile crash', mgr: 'allow rw' },
  mgr: { mds: 'allow *', mon: 'allow profile mgr', osd: 'allow *' },
};

export const capabilitiesOf = (entity: string): Record<string, string> =>
  CAPABILITIES[entity] ?? CAPABILITIES[entity.split('.')[0] ?? ''] ?? {};

/** Content of a keyring file with the entities that exist from a cluster's birth. */
export const keyringText = (users: CephUser[]): string =>
  users
    .map(({ entity, key }) => {
      const caps = Object.entries(capabilitiesOf(entity)).map(([service, cap]) => `\tcaps ${service} = "${cap}"\n`);
      return `[${entity}]\n\tkey = ${key}\n${caps.join('')}`;
    })
    .join('\n');
