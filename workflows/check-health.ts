import {
  ActivityFailure,
  isCancellation,
  setCurrentDetails,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { renderHealth } from '../src/console/health-page.ts';
import type { CephHealth } from '../src/contract/check-health-activities.ts';
import { checkHealthContract, knownHealth, type HealthResult } from '../src/contract/check-health.ts';
import type { SearchAttribute } from '../src/contract/names.ts';
import { checkInput } from '../src/contract/operation.ts';
import { briefOps, lookOn } from './activity-profiles.ts';
import { inStep } from './current-step.ts';
import { describeFailure } from './failures.ts';
import { invalidInput } from './fresh-state.ts';

/**
 * Looks at a cluster once and changes nothing of it. The same from its schedule and by hand; only the schedule's runs know the run before,
 * so only they say what changed. Cancelled at any moment nothing is left behind.
 */
export async function checkHealth(request?: unknown): Promise<HealthResult> {
  const checked = checkInput(checkHealthContract, request);
  if ('problems' in checked) throw invalidInput(checkHealthContract, checked.problems);
  const { cluster } = checked.input;
  show({ CephCluster: cluster, CephOperation: checkHealthContract.name });
  const ceph = await inStep('look', () => lookAtCeph(cluster));
  const before = knownHealth(workflowInfo().lastResult);
  const seen = await inStep('judge', () => briefOps.reportHealth({ cluster, ceph, before }));
  const { summary, health, healthCodes, figures, findings, changes } = seen;
  const result = { summary, health, healthCodes, figures, findings, changes };
  show({ CephHealth: health });
  setCurrentDetails(renderHealth(result));
  return result;
}

const show = (attributes: Partial<Record<SearchAttribute, string>>): void =>
  upsertSearchAttributes(
    Object.entries(attributes).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value })),
  );

/** That nobody could look is an answer too. */
async function lookAtCeph(cluster: string): Promise<CephHealth> {
  try {
    return await lookOn(cluster).readHealthFacts({ cluster });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { reachable: false, reason: silenceOf(error), silent: 'agents' };
  }
}

function silenceOf(error: ActivityFailure): string {
  if (error.cause instanceof TimeoutFailure) return 'none took the question in time';
  const { code, sentence } = describeFailure(error);
  return code === 'NotFoundError' ? 'they are of an older cephflow, which cannot look' : sentence;
}
