import type { Page } from 'playwright-core';
import type { Json } from '../../../src/contract/finding.ts';
import type { MessageName } from '../../../src/contract/messages.ts';
import { typeJson } from './json-field.ts';

/** Sends a signal from the page of the workflow that is open: More Actions, Send a Signal, a name of the list, a payload. */
export async function sendSignal(page: Page, name: MessageName, payload: Json): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send a Signal' });
  await dialog.getByTestId('signal-select-button').click();
  await dialog.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
  await typeJson(dialog, payload);
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await dialog.waitFor({ state: 'hidden' });
}
