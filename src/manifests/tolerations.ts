import type { Toleration } from '../spec/pod-settings.ts';

const OUTAGES = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'];

/** As Rook has it: a daemon that can run elsewhere leaves a dead node after seconds, not after Kubernetes' five minutes. */
const LEAVE_AFTER_SECONDS = 5;

/**
 * The document's tolerations, and what becomes of a pod when its node cannot be reached. A floating pod leaves soon. A pod that is tied to
 * its host stays bound to it: it could run nowhere else, and evicting it would only restart its daemon when the network is back.
 */
export const effectiveTolerations = (wanted: Toleration[] = [], kind: 'floating' | 'tied'): Toleration[] => {
  const outages = OUTAGES.map((key) => ({
    key,
    operator: 'Exists' as const,
    effect: 'NoExecute' as const,
    ...(kind === 'floating' ? { tolerationSeconds: LEAVE_AFTER_SECONDS } : {}),
  }));
  return [
    ...wanted,
    ...outages.filter(({ key }) => !wanted.some((own) => own.key === key && own.effect === 'NoExecute')),
  ];
};
