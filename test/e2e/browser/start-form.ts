import type { Page } from 'playwright-core';
import type { Json } from '../../../src/contract/finding.ts';
import { typeJson } from './json-field.ts';
import { openList } from './workflow-list.ts';

export interface StartForm {
  workflowId: string;
  taskQueue: string;
  workflowType: string;
  input: Json;
}

/** Fills in the form behind the list's button, as a person does, and answers the id of the run, which the UI opens. */
export async function startInForm(page: Page, form: StartForm): Promise<string> {
  await openList(page);
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Start Workflow' }).click();
  await main.getByRole('textbox', { name: 'Workflow ID' }).fill(form.workflowId);
  await main.getByRole('textbox', { name: 'Task Queue' }).fill(form.taskQueue);
  await main.getByRole('textbox', { name: 'Workflow Type' }).fill(form.workflowType);
  await main.getByText('Task Queue is Active').waitFor();
  await typeJson(main, form.input);
  await main.getByRole('button', { name: 'Start Workflow' }).click();
  await page.getByRole('log').getByRole('link', { name: 'Workflow started successfully' }).click();
  await page.waitForURL(/\/timeline$/);
  return new URL(page.url()).pathname.split('/').at(-2) ?? '';
}
