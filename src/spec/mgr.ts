import { z } from 'zod';
import { off, port, section, text } from './field-kinds.ts';

const mgrModule = z.strictObject({
  name: z.string().min(1).describe('Name of the module, e.g. pg_autoscaler.'),
  enabled: off('Whether the module runs.'),
  settings: z
    .strictObject({ balancerMode: text('Mode of the balancer module.') })
    .optional()
    .describe('Settings of the module.'),
});

export const mgr = section(
  {
    count: z
      .int()
      .refine((value) => value >= 1 && value <= 5, { error: 'must be from 1 to 5' })
      .default(1)
      .describe('Number of mgrs, 1 to 5: one is active, the others stand by.'),
    allowMultiplePerNode: off('Allow several mgrs on one node. For tests only.'),
    hostNetwork: z.boolean().optional().describe("Whether mgrs use the host's network, if different from the cluster."),
    modules: z.array(mgrModule).default([]).describe('Modules to turn on or off.'),
  },
  'Settings of the mgrs.',
);

export const dashboard = section(
  {
    enabled: off('Whether the dashboard runs.'),
    ssl: off('Whether the dashboard is served with TLS.'),
    port: port('Port of the dashboard. Default: 8443 with ssl, else 7000.'),
    urlPrefix: z
      .string()
      .refine((prefix) => /^[A-Za-z0-9._~/-]*$/.test(prefix), { error: 'must be a path of a URL, e.g. /ceph' })
      .optional()
      .describe('Path under which the dashboard is served, for a reverse proxy.'),
    prometheusEndpoint: text('URL of Prometheus for the dashboard.'),
    prometheusEndpointSSLVerify: z.boolean().optional().describe("Whether Prometheus' certificate is checked."),
  },
  "Settings of Ceph's dashboard.",
);
