import { renderSteps } from '../../src/console/steps.ts';
import type { BootstrapResult } from '../../src/contract/bootstrap.ts';
import { addresses } from '../lab/paths.ts';
import { CLUSTER } from './example.ts';
import type { Compared } from './steady-script.ts';

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
  '  4. Add, replace, remove disks: npm run demo -- --day2',
  `  5. Take it all away, proven:   npm run cephflow -- teardown ${CLUSTER} --data destroy`,
  'npm run demo -- --down removes the lab with everything in it.',
  '',
];

/**
 * The last line of day 2. @throws where a byte came back otherwise than it was written, and where nothing was compared, which proves nothing
 */
export function dayTwoLine({ comparisons, differences, failures, different }: Compared): string {
  if (differences > 0)
    throw new Error(
      `${differences} of ${comparisons} comparisons in a size-3 pool found other bytes than were written, in ${different.join(', ')}. The pool, and both in /tmp of the toolbox, are left for a look.`,
    );
  if (comparisons === 0) throw new Error(`The client compared nothing, ${failures} of its requests failed.`);
  return `Day 2: a disk was added, one replaced, one removed, while a client wrote into a size-3 pool: ${comparisons} comparisons, ${failures} failed requests, 0 differences`;
}
