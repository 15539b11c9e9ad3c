import { isIP } from 'node:net';
import { z } from 'zod';
import { off, section, text } from './field-kinds.ts';

const isAddressRange = (value: string): boolean => {
  const [address = '', bits = '', ...rest] = value.split('/');
  const family = isIP(address);
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
};

const ranges = (description: string) =>
  z
    .array(z.string().refine(isAddressRange, { error: 'must be an address range, e.g. 192.168.100.0/24' }))
    .optional()
    .describe(description);

const connections = section(
  {
    requireMsgr2: off('Only the second version of the messenger protocol (port 3300); the first (6789) is off.'),
    encryption: section({ enabled: off('Whether the data on the wire is encrypted.') }, 'Encryption on the wire.'),
    compression: section({ enabled: off('Whether the data on the wire is compressed.') }, 'Compression on the wire.'),
  },
  'Settings of connections between daemons and clients.',
);

export const network = section(
  {
    provider: z
      .enum(['', 'host', 'multus'])
      .default('')
      .describe("Network of the daemons: empty for the pod network, host for the host's."),
    selectors: z
      .strictObject({ public: text('Attachment for clients.'), cluster: text('Attachment for replication.') })
      .optional()
      .describe('Network attachments, for the provider multus.'),
    addressRanges: z
      .strictObject({ public: ranges('Ranges for clients.'), cluster: ranges('Ranges for replication.') })
      .optional()
      .describe('Address ranges on which Ceph listens.'),
    ipFamily: z.enum(['IPv4', 'IPv6', '']).optional().describe('IP family of Ceph.'),
    dualStack: off('Listen on IPv4 and IPv6.'),
    connections,
    multiClusterService: section(
      { enabled: off('Export the Services of mons and OSDs.'), clusterID: text('Name of this Kubernetes cluster.') },
      'Services across Kubernetes clusters.',
    ),
    hostNetwork: z.boolean().optional().describe('Old form of provider: host.'),
  },
  'Network of the daemons.',
);
