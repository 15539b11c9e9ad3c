import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../../src/kubernetes/node-facts.ts';
import { nodeFits } from '../../src/kubernetes/node-fit.ts';
import type { Placement } from '../../src/spec/pod-settings.ts';

const aNode = (over: Partial<NodeFacts> = {}): NodeFacts => ({
  name: 'n2',
  uid: 'u',
  hostname: 'n2',
  ready: true,
  unschedulable: false,
  taints: [],
  labels: { role: 'storage', cores: '8' },
  internalIp: '10.0.0.2',
  kernelVersion: '6.18',
  machineId: 'm',
  osImage: 'x',
  ...over,
});

const cordon = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const storage = { key: 'dedicated', value: 'storage', effect: 'NoExecute' };
const asks = (expression: {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  values?: string[];
}): Placement => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
  },
});

const cases: { name: string; node?: Partial<NodeFacts>; placement?: Placement; because?: RegExp }[] = [
  { name: 'a node without taints' },
  {
    name: 'a cordoned node',
    node: { taints: [cordon] },
    because: /^n2: taint node\.kubernetes\.io\/unschedulable:NoSchedule is not tolerated$/,
  },
  { name: 'a taint that only asks politely', node: { taints: [{ ...storage, effect: 'PreferNoSchedule' }] } },
  {
    name: 'a tolerated taint',
    node: { taints: [storage] },
    placement: { tolerations: [{ key: 'dedicated', value: 'storage' }] },
  },
  {
    name: 'another value',
    node: { taints: [storage] },
    placement: { tolerations: [{ key: 'dedicated', value: 'x' }] },
    because: /dedicated=storage:NoExecute/,
  },
  {
    name: 'another effect',
    node: { taints: [storage] },
    placement: { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }] },
    because: /dedicated/,
  },
  {
    name: 'a toleration of everything',
    node: { taints: [storage, cordon] },
    placement: { tolerations: [{ operator: 'Exists' }] },
  },
  { name: 'an empty toleration', node: { taints: [storage] }, placement: { tolerations: [{}] }, because: /dedicated/ },
  { name: 'a label that matches', placement: asks({ key: 'role', operator: 'In', values: ['storage', 'x'] }) },
  {
    name: 'a label that does not match',
    placement: asks({ key: 'role', operator: 'In', values: ['compute'] }),
    because: /^n2: node affinity asks for role In compute$/,
  },
  { name: 'an absent label that must be absent', placement: asks({ key: 'gpu', operator: 'DoesNotExist' }) },
  { name: 'an absent label under NotIn', placement: asks({ key: 'gpu', operator: 'NotIn', values: ['a'] }) },
  {
    name: 'an absent label that must exist',
    placement: asks({ key: 'gpu', operator: 'Exists' }),
    because: /gpu Exists/,
  },
  { name: 'a larger number', placement: asks({ key: 'cores', operator: 'Gt', values: ['4'] }) },
  {
    name: 'a number that is not larger',
    placement: asks({ key: 'cores', operator: 'Gt', values: ['8'] }),
    because: /cores Gt 8/,
  },
  { name: 'an absent number', placement: asks({ key: 'gpu', operator: 'Lt', values: ['8'] }), because: /gpu Lt 8/ },
  {
    name: 'the second of two terms',
    placement: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'role', operator: 'In', values: ['x'] }] },
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] },
          ],
        },
      },
    },
  },
  {
    name: 'a term without conditions',
    placement: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } },
    because: /asks for nothing/,
  },
];

describe('nodeFits', () => {
  it.each(cases)('judges $name', ({ node, placement = {}, because }) => {
    const { fits, reasons } = nodeFits(aNode(node), placement);
    expect(fits).toBe(because === undefined);
    expect(reasons.length > 0).toBe(because !== undefined);
    if (because !== undefined) expect(reasons[0]).toMatch(because);
  });

  it('names every reason', () => {
    const { reasons } = nodeFits(
      aNode({ taints: [cordon, storage] }),
      asks({ key: 'role', operator: 'In', values: ['x'] }),
    );
    expect(reasons).toHaveLength(3);
  });
});
