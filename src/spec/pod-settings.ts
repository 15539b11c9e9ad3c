import { z } from 'zod';
import { daemonKey } from './daemon-keys.ts';
import { off, quantity } from './field-kinds.ts';
import { nodeAffinity, podAffinity, probe, toleration, topologySpreadConstraint } from './kubernetes-shapes.ts';

export const placement = z
  .strictObject({
    nodeAffinity: nodeAffinity.optional(),
    podAffinity: podAffinity.optional().describe('Pods to be near to.'),
    podAntiAffinity: podAffinity.optional().describe('Pods to be away from.'),
    tolerations: z.array(toleration).optional().describe('Taints of nodes that are borne.'),
    topologySpreadConstraints: z.array(topologySpreadConstraint).optional().describe('How pods spread over places.'),
  })
  .describe('Where the pods of a daemon may run.');
export type Placement = z.output<typeof placement>;
export type Toleration = z.output<typeof toleration>;

const amounts = (description: string) =>
  z.record(z.string(), quantity('An amount, e.g. 2Gi or 500m.')).optional().describe(description);

export const resources = z
  .strictObject({
    limits: amounts('Most that a container may use, by resource.'),
    requests: amounts('What is set aside for a container, by resource.'),
    claims: z
      .array(
        z.strictObject({
          name: z.string().describe('Name of the claim.'),
          request: z.string().optional().describe('Request within the claim.'),
        }),
      )
      .optional()
      .describe('Dynamic resource claims of the pod.'),
  })
  .describe('Resource limits and requests of a daemon.');
export type Resources = z.output<typeof resources>;

export const probeSetting = z.strictObject({
  disabled: off('Leave this probe out.'),
  probe: probe.optional(),
});
export type ProbeSetting = z.output<typeof probeSetting>;

const labelsOrAnnotations = (description: string) =>
  z.record(daemonKey, z.record(z.string(), z.string()).describe('Keys and values.')).default({}).describe(description);

/** The five maps keyed by daemon. */
export const podSettings = {
  placement: z
    .record(daemonKey, placement)
    .default({})
    .describe('Where pods may run, by daemon; `all` is for every one.'),
  resources: z
    .record(daemonKey, resources)
    .default({})
    .describe(
      'Resources by daemon; `osd-<device class>` comes before `osd`. The memory limit of OSDs sets osd_memory_target.',
    ),
  annotations: labelsOrAnnotations('Annotations of the pods, by daemon; `all` is for every one.'),
  labels: labelsOrAnnotations('Labels of the pods, by daemon; `all` is for every one.'),
  priorityClassNames: z
    .record(daemonKey, z.string())
    .default({})
    .describe('Priority class of the pods, by daemon; `all` is for those not named.'),
};
