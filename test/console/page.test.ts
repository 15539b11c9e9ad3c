import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offersFor } from '../../src/console/instructions.ts';
import { PAGE_COLUMNS, pageRows } from '../../src/console/page-rows.ts';
import { PAGE_LIMIT_BYTES, renderPage } from '../../src/console/page.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { arbitraryState } from './arbitrary-state.ts';
import { aFinding, aParkedState, aPlan, aPlanStep, aState, aStep, anAskingState } from './states.ts';

describe('console page', () => {
  it('says what an approval covers and gives the JSON to paste', () => {
    expect(renderPage(anAskingState())).toMatchInlineSnapshot(`
      "**bootstrap of rook-ceph** waits for your approval
      Makes a cluster of 2 mons and 1 OSD.

      **What you must do**
      Send the signal \`approve\` to go on with exactly this plan:
      \`\`\`json
      {"plan":"0f3a9c12d4e5","by":"<your name>"}
      \`\`\`
      Send the signal \`reject\` to end without a change:
      \`\`\`json
      {"by":"<your name>","reason":"<why>"}
      \`\`\`

      **Steps of the plan** \`0f3a9c12d4e5\`
      \`\`\`
      STEP             WHAT IT DOES
      start-mons       starts 2 mons
      create-osds/n1   DESTROYS DATA: makes 1 OSD
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
      STEP             STATE
      start-mons       done in 9s
      create-osds/n1   parked (attempt 3) since 2026-02-03 04:05:10Z:
                       osd.3 on n1 did not come up within 60 s.
      verify           pending
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
    const done = Array.from({ length: 150 }, (_, index) => aStep({ id: `create-osds/node-${index}`, status: 'done' }));
    const page = renderPage(aParkedState({ steps: [...done, ...aParkedState().steps] }));
    expect(page).toMatch(/create-osds\/n1 +parked/);
    expect(page).toContain('verify');
    expect(page).toMatch(/\(\d+ lines not shown here: cephflow show bootstrap:rook-ceph\)/);
  });

  it('keeps every disk that is overwritten on the page as long as harmless steps can be cut', () => {
    const harmless = Array.from({ length: 150 }, (_, index) => aPlanStep({ id: `step-${index}` }));
    const page = renderPage(anAskingState({ plan: aPlan({ steps: [...harmless, ...aPlan().steps] }) }));
    expect(page).toContain('! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB');
  });

  it('shows every line of its table in the width of the Temporal UI, also ids and disks with the longest names', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const { header, rows } = pageRows(state);
        const lines = [header, ...rows.map(({ text }) => text)].flatMap((text) => text.split('\n'));
        for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(PAGE_COLUMNS);
      }),
    );
    const disk = 'n1:loop:/var/lib/cephflow-lab/n1/disks/d1.img:118da9c2-1580-5393-a5d9-32ebef2a6055';
    const step = aPlanStep({ id: `create-osds/${'n'.repeat(40)}`, targets: [disk], risk: 'destroys-data' });
    expect(renderPage(anAskingState({ plan: aPlan({ steps: [aPlanStep(), step] }) }))).toContain(
      [
        'STEP         WHAT IT DOES',
        'start-mons   starts 2 mons',
        step.id,
        '             DESTROYS DATA: starts 2 mons',
        '  ! n1:loop:/var/lib/cephflow-lab/n1/disks/d1.img:118da9c2-1580-',
        '    5393-a5d9-32ebef2a6055',
      ].join('\n'),
    );
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

  it('asks nobody while a host is waited for, but offers skip with its danger where the step allows that', () => {
    const waiting = (skippable: boolean) =>
      renderPage(
        aState({
          operation: 'teardown',
          awaiting: 'host',
          awaitingBecause: 'waits for host n3 (since 2026-02-03T04:05:06Z), which does not answer.',
          steps: [aStep({ id: 'prove-stopped/n3', status: 'waiting-for-host', attempt: 1, skippable })],
        }),
      );
    expect(waiting(false)).toContain('**What you must do**: nothing.');
    expect(waiting(false)).toContain('host n3 (since 2026-02-03T04:05:06Z)');
    expect(waiting(true)).toContain('powered off for certain');
    expect(waiting(true)).toContain('{"step":"prove-stopped/n3","attempt":1,"by":"<your name>"}');
    expect(waiting(true)).toContain('Send the signal `skip`');
  });
});
