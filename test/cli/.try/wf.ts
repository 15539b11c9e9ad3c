import { ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, setHandler, upsertSearchAttributes, sleep } from '@temporalio/workflow';
import type { OperationState, OperationResult } from '../../../src/contract/state.ts';
import { renderPage } from '../../../src/console/page.ts';
export async function bootstrap(input: any): Promise<OperationResult> {
  const plan: any = { operation: 'bootstrap', cluster: input.cluster, hash: 'abcdef0123456789'.repeat(4), summary: 'Makes 1 OSD.', steps: [{ id: 'create-osds/n1', targets: ['n1:/dev/sdb wwn:1'], does: 'makes', risk: 'destroys-data', alwaysAsk: false }], findings: [] };
  const state: OperationState = { operation: 'bootstrap', cluster: input.cluster, target: input.cluster, workflowId: 'bootstrap:' + input.cluster, phase: 'approve', awaiting: 'approval', awaitingBecause: 'Asks.', paused: false, plan, steps: [], findings: [], waived: [], refusedMessages: [] };
  upsertSearchAttributes({ CephCluster: [input.cluster], CephOperation: ['bootstrap'], CephPhase: ['approve'], CephAwaiting: ['approval'] });
  let ok = false; let aborted = false; let retried = false;
  setHandler(defineQuery('state'), () => state);
  setHandler(defineUpdate<string, [any]>('approve'), (m) => { ok = true; return 'Approved by ' + m.by; }, { validator: (m) => { if (!plan.hash.startsWith(m.plan)) throw ApplicationFailure.create({ type: 'PLAN_STALE', message: 'Not that plan.', nonRetryable: true }); } });
  setHandler(defineSignal<[any]>('abort'), () => { aborted = true; });
  setHandler(defineSignal<[any]>('approve'), () => { ok = true; });
  setHandler(defineUpdate<string, [any]>('retry'), () => { retried = true; return 'Again.'; });
  renderPage(state);
  await condition(() => ok || aborted);
  if (aborted) throw ApplicationFailure.create({ type: 'ABORTED', message: 'Ended by kim.', nonRetryable: true, details: [{ findings: [{ code: 'X', severity: 'info', because: 'because.' }] }] });
  state.phase = 'apply'; state.awaiting = 'none'; state.awaitingBecause = '';
  state.steps = [{ id: 'create-osds/n1', status: 'running', attempt: 1, skippable: false, startedAt: new Date().toISOString() }];
  await sleep(2500);
  state.steps[0]!.status = 'done'; state.steps[0]!.endedAt = new Date().toISOString();
  renderPage(state);
  return { summary: 'Up.', outcome: 'done', findings: [], waived: [], steps: state.steps, health: 'HEALTH_OK' } as any;
}
export async function readStatus(): Promise<any> { return { health: 'HEALTH_OK', healthCodes: [], mons: { quorum: ['a'] }, mgr: { available: true }, osds: { up: 1, in: 1, total: 1 }, version: '20.2.4', operations: [], findings: [] }; }
