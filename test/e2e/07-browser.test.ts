import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { addresses } from '../../deploy/lab/paths.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { openBrowser, WINDOW, type Browser } from './browser/browser.ts';
import { takeScreenshot } from './browser/screenshots.ts';
import { sendSignal } from './browser/signal-dialog.ts';
import { startInForm } from './browser/start-form.ts';
import { untilSearchShows } from './browser/workflow-list.ts';
import { firstPayload, WorkflowPage } from './browser/workflow-page.ts';
import { expectExampleCluster } from './cluster.ts';
import { freshGround } from './ground.ts';
import { useLab } from './lab.ts';
import { Operation } from './operation.ts';

const WORKFLOW_ID = bootstrapContract.suggestedId({ cluster: CLUSTER });
const AWAITING_APPROVAL = 'CephAwaiting="approval"';
/** The console page is long; so much of it shows the disks. */
const TALL_PIXELS = 1300;

let browser: Browser;
let workflow: WorkflowPage;
let runId: string | undefined;

beforeAll(async () => {
  await freshGround(await useLab());
  browser = await openBrowser(addresses.temporalUi);
  workflow = new WorkflowPage(browser.page);
});

afterAll(async () => {
  await browser?.close();
  if (runId !== undefined) await (await Operation.of(WORKFLOW_ID)).abort();
});

describe('a person with nothing but the Temporal UI', () => {
  it('starts bootstrap in the start form and reads what it will do, to which disks, and what to paste', async () => {
    runId = await startInForm(browser.page, {
      workflowId: WORKFLOW_ID,
      taskQueue: 'cephflow',
      workflowType: bootstrapContract.workflowType,
      input: { cluster: CLUSTER },
    });
    const page = await workflow.consoleThatSays('waits for your approval', 120);
    const { plan = '', by } = await firstPayload(page);
    const text = await page.innerText();
    expect(plan).toMatch(/^[0-9a-f]{12}$/);
    expect(by).toBe('<your name>');
    expect(text).toContain(`Steps of the plan ${plan}`);
    expect(text).toMatch(/Send the signal approve to go on with exactly this plan/);
    expect(text).toMatch(/Send the signal reject to end without a change/);
    for (const node of ['n1', 'n2', 'n3'])
      expect(text).toMatch(new RegExp(`create-osds/${node} +DESTROYS DATA: format /dev/loop`));
    await takeScreenshot(browser.page, 'temporal-ui-plan', TALL_PIXELS);
  });

  it('finds it in the list by CephAwaiting while it waits', () =>
    untilSearchShows(browser.page, AWAITING_APPROVAL, (runIds) => runIds.includes(runId ?? ''), 15));

  it('approves with the hash that the page shows, and sees it complete with its summary', async () => {
    const { page } = browser;
    await page.getByRole('link', { name: runId ?? '' }).click();
    const { plan = '' } = await firstPayload(await workflow.consoleThatSays('waits for your approval', 15));
    await sendSignal(page, 'approve', { plan, by: 'ada' });
    // An open page draws the timeline of what runs all the time, at the cost of the lab on the same two cores.
    const address = page.url();
    await page.goto('about:blank');
    // Its own words where it stops instead of ending.
    const { summary, outcome } = await (await Operation.of(WORKFLOW_ID)).result(300);
    expect(outcome).toBe('done');
    await page.goto(address);
    await workflow.status().filter({ hasText: 'Completed' }).waitFor();
    await (await workflow.result()).filter({ hasText: summary }).waitFor();
    await takeScreenshot(page, 'temporal-ui-finished', WINDOW.height);
    const text = await (await workflow.consoleThatSays('has ended: done', 15)).innerText();
    expect(text).toContain(summary);
    expect(text).toMatch(/What you must do: nothing/);
  });

  it('no longer finds it among those that wait', () =>
    untilSearchShows(browser.page, AWAITING_APPROVAL, (runIds) => !runIds.includes(runId ?? ''), 15));

  it('has the cluster that the plan promised, on disks that were an OSD before', () => expectExampleCluster(CLUSTER));
});
