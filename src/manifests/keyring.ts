export interface CephUser {
  /** `mon.`, `client.admin` or `mgr.<id>`. */
  entity: string;
  key: string;
}

/** What each entity may do, by its type. Source: upstream's manual deployment, proven on 16, 18 and 20. */
const CAPABILITIES: Record<string, Record<string, string>> = {
  mon: { mon: 'allow *' },
  client: { mds: 'allow *', mgr: 'allow *', mon: 'allow *', osd: 'allow *' },
  mgr: { mds: 'allow *', mon: 'allow profile mgr', osd: 'allow *' },
};

/** Content of a keyring file with the entities that exist from a cluster's birth. */
export const keyringText = (users: CephUser[]): string =>
  users
    .map(({ entity, key }) => {
      const capabilities = Object.entries(CAPABILITIES[entity.split('.')[0] ?? ''] ?? {});
      const caps = capabilities.map(([service, cap]) => `\tcaps ${service} = "${cap}"\n`);
      return `[${entity}]\n\tkey = ${key}\n${caps.join('')}`;
    })
    .join('\n');
