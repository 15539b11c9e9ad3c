/** The parts of a pod that Kubernetes defines and users write into `placement`. Source: Kubernetes API core/v1. */
import { z } from 'zod';

const expression = z.strictObject({
  key: z.string().describe('Label key.'),
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'])
    .describe('How the values are compared with the label.'),
  values: z.array(z.string()).optional().describe('Values to compare with.'),
});

const labelSelector = z
  .strictObject({
    matchLabels: z.record(z.string(), z.string()).optional().describe('Labels that must all be equal.'),
    matchExpressions: z.array(expression).optional().describe('Conditions that must all hold.'),
  })
  .describe('Selects objects by their labels.');

const nodeSelectorTerm = z.strictObject({
  matchExpressions: z.array(expression).optional().describe('Conditions on labels of the node.'),
  matchFields: z.array(expression).optional().describe('Conditions on fields of the node.'),
});

const weight = z.int().min(1).max(100).describe('How much it counts, 1 to 100.');

export const nodeAffinity = z
  .strictObject({
    requiredDuringSchedulingIgnoredDuringExecution: z
      .strictObject({
        nodeSelectorTerms: z.array(nodeSelectorTerm).describe('Terms of which at least one must hold.'),
      })
      .optional()
      .describe('Only nodes for which this holds.'),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.strictObject({ weight, preference: nodeSelectorTerm.describe('The preferred nodes.') }))
      .optional()
      .describe('Nodes for which this holds come first.'),
  })
  .describe('Which nodes may be used, by their labels.');

const podAffinityTerm = z.strictObject({
  labelSelector: labelSelector.optional(),
  namespaceSelector: labelSelector.optional().describe('Namespaces of those pods, by label.'),
  namespaces: z.array(z.string()).optional().describe('Namespaces of those pods, by name.'),
  topologyKey: z.string().describe('Label of nodes that tells what "the same place" is.'),
  matchLabelKeys: z.array(z.string()).optional().describe('Label keys taken from the pod itself.'),
  mismatchLabelKeys: z.array(z.string()).optional().describe('Label keys of the pod that must differ.'),
});

/** Affinity and anti-affinity between pods have the same shape. */
export const podAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTerm).optional().describe('Must hold.'),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podAffinityTerm.describe('The preferred neighbours.') }))
    .optional()
    .describe('Holds where possible.'),
});

export const toleration = z.strictObject({
  key: z.string().optional().describe('Key of the taint; empty with Exists means every taint.'),
  operator: z.enum(['Exists', 'Equal', 'Lt', 'Gt']).optional().describe('How the value is compared.'),
  value: z.string().optional().describe('Value of the taint.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute', ''])
    .optional()
    .describe('Effect of the taint; empty means every effect.'),
  tolerationSeconds: z.int().optional().describe('How long a NoExecute taint is borne, in seconds.'),
});

export const topologySpreadConstraint = z.strictObject({
  maxSkew: z.int().min(1).describe('By how many pods the places may differ.'),
  topologyKey: z.string().describe('Label of nodes that tells the place.'),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).describe('What happens when it cannot be met.'),
  labelSelector: labelSelector.optional(),
  minDomains: z.int().optional().describe('Smallest number of places.'),
  nodeAffinityPolicy: z.enum(['Honor', 'Ignore']).optional().describe('Whether node affinity counts.'),
  nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional().describe('Whether taints count.'),
  matchLabelKeys: z.array(z.string()).optional().describe('Label keys taken from the pod itself.'),
});

const seconds = (description: string) => z.int().min(0).optional().describe(description);

export const probe = z
  .strictObject({
    initialDelaySeconds: seconds('Seconds before the first try.'),
    periodSeconds: seconds('Seconds between tries.'),
    timeoutSeconds: seconds('Seconds until a try counts as failed.'),
    successThreshold: seconds('Successes in a row that count as good.'),
    failureThreshold: seconds('Failures in a row that count as bad.'),
    terminationGracePeriodSeconds: seconds('Seconds to end after a failure.'),
    exec: z.record(z.string(), z.unknown()).optional().describe('Command that judges.'),
    httpGet: z.record(z.string(), z.unknown()).optional().describe('HTTP request that judges.'),
    tcpSocket: z.record(z.string(), z.unknown()).optional().describe('TCP connection that judges.'),
    grpc: z.record(z.string(), z.unknown()).optional().describe('gRPC health check that judges.'),
  })
  .describe('A probe as in a Kubernetes container.');
