import type { SilentHost } from '../contract/host-activities.ts';
import type { NodeFacts } from './node-facts.ts';

/** Those of the named hosts that Kubernetes calls not ready or does not know any more, in the order asked. Pure. */
export const silentAmong = (nodes: NodeFacts[], asked: readonly string[]): SilentHost[] =>
  [...new Set(asked)].flatMap((name) => {
    const node = nodes.find((one) => one.name === name);
    if (node?.ready === true) return [];
    return [{ node: name, since: node?.readyChangedAt ?? null }];
  });
