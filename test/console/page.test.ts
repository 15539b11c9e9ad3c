import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offersFor } from '../../src/console/instructions.ts';
import { PAGE_LIMIT_BYTES, renderPage } from '../../src/console/page.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { arbitraryState } from './arbitrary-state.ts';
import { aFinding, aParkedState, aPlan, aPlanStep, aState, aStep, anAskingState } from './states.ts';

describe('console page', () => {
  it('says what an approval covers and gives the JSON to paste', () => {
    expect(renderPage(anAskingState())).toMatchInlineSnapshot(`
      "**bootstrap of rook-ceph** waits for your approval

      The plan makes 1 OSD on a blank disk.

      **What you must do**

      Send the signal \`approve\` to go on with exactly this plan:
      \`\`\`json
      {"plan":"0f3a9c12d4e5","by":"<your name>"}
      \`\`\`

      Send the signal \`reject\` to end without a change:
      \`\`\`json
      {"by":"<your name>","reason":"<why>"}
      \`\`\`

      **Steps of the plan**
      \`\`\`
      STEP             RISK            WHAT IT DOES
      start-mons       none            starts 2 mons
      create-osds/n1   destroys-data   makes 1 OSD
        ! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB
      \`\`\`

      **Findings**

      - warning NODE_UNSCHEDULABLE: n3 takes no pods, so its 2 disks are left out."
    `);
  });

  it('asks for the name of the cluster before it is destroyed, and says what will be lost', () => {
    const plan: Partial<TeardownPlan> = {
      ...aPlan({ operation: 'teardown' }),
      losses: ['pool rbd: 12 objects, 3 GiB'],
    };
    const page = renderPage(anAskingState({ operation: 'teardown', plan: plan as TeardownPlan }));
    expect(page).toContain('{"plan":"0f3a9c12d4e5","by":"<your name>","cluster":"rook-ceph"}');
    expect(page).toContain('- pool rbd: 12 objects, 3 GiB');
  });

  it('names the parked step and attempt, and offers skip only where the step allows it', () => {
    expect(renderPage(aParkedState())).toMatchInlineSnapshot(`
      "**bootstrap of rook-ceph** is parked and waits for you

      osd.3 on n1 did not come up within 60 s.

      **What you must do**

      Send the signal \`retry\` to try again once the cause is cured:
      \`\`\`json
      {"step":"create-osds/n1","attempt":3,"by":"<your name>"}
      \`\`\`

      Send the signal \`abort\` to undo what is reversible and end:
      \`\`\`json
      {"by":"<your name>","reason":"<why>"}
      \`\`\`

      **Steps**: 1 of 3 steps done, 1 parked
      \`\`\`
      STEP             STATE                TIME                         NOTE
      start-mons       done                 9s                           -
      create-osds/n1   parked (attempt 3)   since 2026-02-03 04:05:10Z   osd.3 on n1 did not come up within 60 s.
      verify           pending              -                            -
      \`\`\`"
    `);
    const [step = aStep()] = aParkedState().steps.filter(({ status }) => status === 'parked');
    expect(renderPage(aParkedState({ steps: [{ ...step, skippable: true }] }))).toContain('`retry` or `skip`');
  });

  it('tells a wait for a host with its time, and that nothing is to be done', () => {
    const page = renderPage(
      aState({
        awaiting: 'host',
        awaitingBecause: 'n2 has not answered for 4 minutes.',
        steps: [aStep({ id: 'create-osds/n2', status: 'waiting-for-host', startedAt: '2026-02-03T04:05:06.789Z' })],
      }),
    );
    expect(page).toContain('n2 has not answered for 4 minutes.');
    expect(page).toContain('Waiting in `create-osds/n2` since 2026-02-03 04:05:06Z.');
    expect(page).toContain('**What you must do**: nothing.');
  });

  it('shows three findings, the gravest first, and counts the rest', () => {
    const infos = ['A', 'B', 'C'].map((code) => aFinding({ code, severity: 'info' }));
    const page = renderPage(aState({ findings: [...infos, aFinding({ code: 'STALE_STATE', severity: 'blocking' })] }));
    expect(page.indexOf('STALE_STATE')).toBeLessThan(page.indexOf('info A'));
    expect(page).not.toContain('info C');
    expect(page).toContain('- and 1 more');
  });

  it('cuts finished steps first when there are too many, and says so', () => {
    const done = Array.from({ length: 80 }, (_, index) => aStep({ id: `create-osds/node-${index}`, status: 'done' }));
    const page = renderPage(aParkedState({ steps: [...done, ...aParkedState().steps] }));
    expect(page).toContain('create-osds/n1');
    expect(page).toContain('verify');
    expect(page).toMatch(/\(\d+ lines not shown here: cephflow show bootstrap:rook-ceph\)/);
  });

  it('keeps every disk that is overwritten on the page as long as harmless steps can be cut', () => {
    const harmless = Array.from({ length: 60 }, (_, index) => aPlanStep({ id: `step-${index}` }));
    const page = renderPage(anAskingState({ plan: aPlan({ steps: [...harmless, ...aPlan().steps] }) }));
    expect(page).toContain('! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB');
  });

  it('is at most 3 KB and holds the instructions, whatever the state', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const page = renderPage(state);
        expect(new TextEncoder().encode(page).length).toBeLessThanOrEqual(PAGE_LIMIT_BYTES);
        expect(page).toContain('**What you must do**');
        const offers = offersFor(state);
        const steps = offers.filter(({ payload }) => 'step' in payload).slice(0, 2);
        const others = offers.filter(({ payload }) => !('step' in payload));
        for (const { payload } of [...steps, ...others]) expect(page.split('\n')).toContain(JSON.stringify(payload));
      }),
      { numRuns: 300 },
    );
  });

  it('stays within 3 KB with the longest names that Kubernetes allows and several parked steps', () => {
    const node = 'n'.repeat(253);
    const parked = ['create-osds', 'make-mon-stores', 'wipe-disks'].map((verb) =>
      aStep({ id: `${verb}/${node}`, status: 'parked', attempt: 9999, because: '<'.repeat(500), skippable: true }),
    );
    const waiting = aStep({ id: `verify/${node}`, status: 'waiting-for-host', startedAt: '2026-02-03T04:05:06Z' });
    const state = aParkedState({
      cluster: 'c'.repeat(63),
      target: 't'.repeat(500),
      awaitingBecause: '*'.repeat(500),
      paused: true,
      steps: [...parked, waiting, waiting],
    });
    const page = renderPage(state);
    expect(new TextEncoder().encode(page).length).toBeLessThanOrEqual(PAGE_LIMIT_BYTES);
    expect(page).toContain(JSON.stringify({ step: `create-osds/${node}`, attempt: 9999, by: '<your name>' }));
    expect(page).toContain('Send the signal `abort`');
    expect(page).toContain('Send the signal `resume`');
  });

  it('closes every code block that it opens, whatever daemons and disks call themselves', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const fences = renderPage(state).match(/```/g) ?? [];
        expect(fences.length % 2).toBe(0);
        expect(renderPage(state)).toBe(renderPage(state));
      }),
    );
  });
});
