import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { renderPage } from '../src/console/page.ts';
import type { SearchAttribute } from '../src/contract/names.ts';
import type { OperationState } from '../src/contract/state.ts';

/** What a person sees of the operation in the Temporal UI: columns and page. Columns are written only when they change (an event each). */
export class Console {
  private readonly shown = new Map<SearchAttribute, string>();

  show(state: OperationState): void {
    const wanted: [SearchAttribute, string][] = [
      ['CephCluster', state.cluster],
      ['CephOperation', state.operation],
      ['CephTarget', state.target],
      ['CephPhase', state.phase],
      ['CephAwaiting', state.awaiting],
    ];
    const changes = wanted.filter(([name, value]) => this.shown.get(name) !== value);
    if (changes.length > 0)
      upsertSearchAttributes(
        changes.map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value })),
      );
    for (const [name, value] of changes) this.shown.set(name, value);
    setCurrentDetails(renderPage(state));
  }
}
