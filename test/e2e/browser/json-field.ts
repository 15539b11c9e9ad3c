import type { Locator } from 'playwright-core';
import type { Json } from '../../../src/contract/finding.ts';

/**
 * Types a payload into the form's editor and leaves it. The editor lays the text out anew when it is left, which moves the button
 * below: a click that leaves it and presses the button at once misses.
 */
export async function typeJson(form: Locator, payload: Json): Promise<void> {
  const editor = form.locator('[data-language=json]');
  await editor.fill(JSON.stringify(payload));
  await editor.press('Tab');
}
