import { renderSteps } from '../../src/console/steps.ts';
import type { BootstrapResult } from '../../src/contract/bootstrap.ts';
import { addresses } from '../lab/paths.ts';
import { CLUSTER } from './example.ts';

/** Seconds of each step, and of all from the approval on. */
export const timeLines = ({ steps, seconds }: BootstrapResult): string[] => [
  ...renderSteps(steps),
  ...(seconds === undefined ? [] : [`From approval to verified health: ${seconds} s`]),
];

/** Where to look now, and what to try. */
export const nextLines = (dashboard: string): string[] => [
  '',
  `Temporal UI      ${addresses.temporalUi}`,
  `Ceph dashboard   ${dashboard}   user admin, password:`,
  `                 npm run --silent lab -- kubectl -n ${CLUSTER} get secret rook-ceph-dashboard-password -o jsonpath='{.data.password}' | base64 -d`,
  '',
  'Five things to try next (first, in your shell: eval "$(npm run --silent lab -- env)")',
  `  1. Read what was done and why: ${addresses.temporalUi}/namespaces/default/workflows/bootstrap:${CLUSTER}`,
  `  2. Ask Ceph itself:            kubectl -n ${CLUSTER} exec -it deploy/rook-ceph-tools -- ceph status`,
  `  3. See the verdict per disk:   npm run --silent cephflow -- devices`,
  `  4. Plug in a disk and use it:  npm run lab -- disk add n1 && npm run cephflow -- bootstrap ${CLUSTER}`,
  `  5. Take it all away, proven:   npm run cephflow -- teardown ${CLUSTER} --data destroy`,
  'npm run demo -- --down removes the lab with everything in it.',
  '',
];
