import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allRights, withRightsTable } from '../../deploy/kubernetes/rights-table.ts';
import { AGENT_RULES } from '../../src/manifests/agent-rules.ts';
import { OPS_RULES, rightsOf } from '../builders/granted.ts';
import { textOf } from '../import-statements.ts';
import { tableRows } from './markdown.ts';

const page = textOf('docs/security.md');

it('the table of rights is that of the manifests; "npm run generate" writes it', () => {
  expect(page).toBe(withRightsTable(page));
});

it('a table of earlier manifests is noticed', () => {
  expect(withRightsTable(page.replace('| every namespace |', '| nowhere |'))).toBe(page);
  expect(() => withRightsTable('no marks')).toThrowError(/lacks the mark/);
});

it('shows every right with who has it, where and why', () => {
  const rights = allRights();
  const shown = (who: string) => rightsOf(rights.filter((right) => right.who === who).map(({ rule }) => rule));
  expect(shown('cephflow-system/cephflow-ops')).toEqual(rightsOf(OPS_RULES));
  expect(shown('cephflow-agent')).toEqual(rightsOf(AGENT_RULES));
  expect(rights.filter(({ because }) => because.length < 10)).toEqual([]);
  expect(new Set(rights.map(({ where }) => where))).toEqual(
    new Set(['every namespace', 'the cluster', "the cluster's own namespace"]),
  );
  expect(tableRows(page).filter((cells) => cells.length === 5)).toHaveLength(rights.length);
});

it("the page for a cluster of one's own names files that are there, and settings that Temporal has", () => {
  const own = textOf('docs/own-cluster.md');
  const files = [...own.matchAll(/\bdeploy\/[\w./-]+\w/g)].map(([file]) => file);
  expect(files.filter((file) => !existsSync(join(import.meta.dirname, '../..', file)))).toEqual([]);
  expect(files).toContain('deploy/kubernetes/network-policies/cluster.yaml');
  const known = readFileSync(
    createRequire(import.meta.url).resolve('@temporalio/envconfig/lib/envconfig-toml'),
    'utf8',
  );
  const named = new Set([...own.matchAll(/\bTEMPORAL_[A-Z_]*[A-Z]\b/g)].map(([name]) => name));
  named.delete('TEMPORAL_SECRET_MISSING');
  expect([...named].filter((name) => !known.includes(`'${name}'`))).toEqual([]);
});
