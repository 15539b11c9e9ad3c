import type { Page } from 'playwright-core';
import { until } from '../../../deploy/lab/until.ts';

interface ListAnswer {
  executions?: { execution: { runId: string } }[];
}

/** Types a query into the list's search and refreshes until the runs that the list shows are as wanted. */
export async function untilSearchShows(
  page: Page,
  query: string,
  isWanted: (runIds: string[]) => boolean,
  withinSeconds: number,
): Promise<void> {
  await openList(page);
  const main = page.getByRole('main');
  await main.getByTestId('toggle-manual-query').click();
  const box = main.getByRole('searchbox', { name: 'Enter a query' });
  await box.fill(query);
  let ask = (): Promise<void> => box.press('Enter');
  await until(`the list of ${query} is as wanted`, withinSeconds, async () => {
    const runIds = await answeredRuns(page, query, ask);
    ask = () => main.getByRole('button', { name: 'Refresh' }).click();
    return isWanted(runIds);
  });
}

/** By the menu, as a person does; loading the whole UI anew takes seconds. */
export const openList = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Primary' }).getByRole('link', { name: 'Workflows' }).click();

/** Without its answer a list that is not filled yet would look like one that found nothing. */
async function answeredRuns(page: Page, query: string, ask: () => Promise<void>): Promise<string[]> {
  const answered = page.waitForResponse((response) => asksForList(response.url(), query));
  await ask();
  const { executions = [] } = (await (await answered).json()) as ListAnswer;
  const runIds = executions.map(({ execution }) => execution.runId);
  const main = page.getByRole('main');
  if (runIds.length === 0) await main.getByRole('heading', { name: 'No Workflows Found' }).waitFor();
  for (const runId of runIds) await main.getByRole('link', { name: runId }).waitFor();
  return runIds;
}

function asksForList(address: string, query: string): boolean {
  const { pathname, searchParams } = new URL(address);
  return pathname.endsWith('/workflows') && searchParams.get('query') === query;
}
