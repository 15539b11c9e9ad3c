import { errors, type Locator, type Page, type Response } from 'playwright-core';
import { until } from '../../../deploy/lab/until.ts';

/** A worker on a quiet lab answers a query in less than one second. */
const ANSWERED_WITHIN_SECONDS = 3;

/** Reads the page of the workflow that is open in the Temporal UI. */
export class WorkflowPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the tab with the console page and asks for a new one until it says the words. */
  async consoleThatSays(words: string, withinSeconds: number): Promise<Locator> {
    await this.openTab('User Metadata');
    const text = this.page.frameLocator('#user-metadata-current-details').getByRole('main').filter({ hasText: words });
    await until(`the console page says "${words}"`, withinSeconds, async () => {
      await this.askAnew();
      return text.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    });
    return text;
  }

  /** `Running`, `Completed`, ... as the heading of the page says it; it changes by itself. */
  status(): Locator {
    return this.page.getByRole('main').getByTestId('workflow-status').first();
  }

  /** What stands in the box of the result. */
  async result(): Promise<Locator> {
    await this.openTab('Timeline');
    return this.page.getByRole('main').locator('[data-language=json]').filter({ hasText: '"outcome"' });
  }

  /**
   * The UI shows what it read when the page was opened, until somebody presses R. A page that is still being laid out does not hear
   * the key; whoever waits presses again.
   */
  private async askAnew(): Promise<void> {
    const asked = (response: Response): boolean => response.url().includes('__temporal_workflow_metadata');
    const answered = this.page
      .waitForResponse(asked, { timeout: ANSWERED_WITHIN_SECONDS * 1000 })
      .catch(unlessTimedOut);
    await this.page.keyboard.press('r');
    await answered;
  }

  private async openTab(name: string): Promise<void> {
    const tab = this.page.getByRole('tab', { name });
    await tab.click();
    await this.page.getByRole('tab', { name, selected: true }).waitFor();
  }
}

function unlessTimedOut(error: unknown): void {
  if (!(error instanceof errors.TimeoutError)) throw error;
}

/** The first payload to paste that the console page shows. */
export async function firstPayload(consolePage: Locator): Promise<Record<string, string>> {
  const text = await consolePage.locator('code.language-json').first().textContent();
  return JSON.parse(text ?? '') as Record<string, string>;
}
