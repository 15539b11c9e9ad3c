import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const DOCS = join(import.meta.dirname, '../../../docs/images');

/** `E2E_SCREENSHOTS=docs` renews the pictures of the README; any other run leaves the checkout as it is. */
const FOR_DOCS = process.env['E2E_SCREENSHOTS'] === 'docs';

/** Takes the window as it is, always into a temporary directory, where the last run's pictures stay to be looked at. */
export async function takeScreenshot(page: Page, name: string, heightPixels: number): Promise<void> {
  const folder = join(tmpdir(), 'cephflow-screenshots');
  const file = `${name}.png`;
  await mkdir(folder, { recursive: true });
  const window = page.viewportSize();
  if (window !== null) await page.setViewportSize({ ...window, height: heightPixels });
  // Notices come and go, and lie over the page while they are there.
  const style = '[role=log] { display: none }';
  await page.screenshot({ path: join(folder, file), animations: 'disabled', caret: 'hide', style });
  if (window !== null) await page.setViewportSize(window);
  if (!FOR_DOCS) return;
  await mkdir(DOCS, { recursive: true });
  await copyFile(join(folder, file), join(DOCS, file));
}
