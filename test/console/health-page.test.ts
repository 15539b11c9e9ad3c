import { expect, it } from 'vitest';
import { renderHealth } from '../../src/console/health-page.ts';
import { byteLength } from '../../src/console/text.ts';
import { PAGE_LIMIT_BYTES } from '../../src/console/page.ts';

const finding = (index: number) => ({
  code: `CODE_${index}`,
  severity: 'warning' as const,
  because: 'ö'.repeat(900),
  target: `n${index}`,
});

it('the page of a health run fits into the Temporal UI, however much is wrong', () => {
  const many = Array.from({ length: 25 }, (_, index) => index);
  const page = renderHealth({
    summary: 's'.repeat(2000),
    health: 'HEALTH_ERR',
    healthCodes: [],
    figures: null,
    findings: many.map(finding),
    changes: many.map((index) => `new: CODE_${index}: ${'x'.repeat(900)}`),
  });
  expect(byteLength(page)).toBeLessThanOrEqual(PAGE_LIMIT_BYTES);
  expect(page).toContain('and 19 more');
});
