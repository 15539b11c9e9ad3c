import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { ensureBrowser } from './install.ts';

export interface Browser {
  page: Page;
  close: () => Promise<void>;
}

export const WINDOW = { width: 1400, height: 1000 } as const;
/** How long an element of the Temporal UI may take to be there. */
const SHOWN_WITHIN_SECONDS = 15;

/**
 * Debian's Chromium without a screen, with one page that shows the Temporal UI at `ui` and reaches nothing else: the UI asks for news on the
 * internet, which a story must not depend on. Home is a temporary directory, so that nothing is left on the machine.
 */
export async function openBrowser(ui: string): Promise<Browser> {
  await ensureBrowser();
  const home = await mkdtemp(join(tmpdir(), 'cephflow-browser-'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    // Chromium refuses to make its sandbox as root.
    chromiumSandbox: process.getuid?.() !== 0,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home },
  });
  const context = await browser.newContext({ baseURL: ui, viewport: WINDOW, timezoneId: 'UTC', locale: 'en-GB' });
  context.setDefaultTimeout(SHOWN_WITHIN_SECONDS * 1000);
  const { origin } = new URL(ui);
  await context.route(
    (url) => url.origin !== origin,
    (route) => route.abort(),
  );
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(home, { recursive: true, force: true });
  };
  const page = await context.newPage();
  await page.goto('/namespaces/default/workflows');
  return { page, close };
}
