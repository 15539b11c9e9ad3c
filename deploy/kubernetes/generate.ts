/** Writes the generated manifests of this directory and the table of rights in docs/security.md. Tests compare both with what this writes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPrometheusRule } from '../../src/manifests/prometheus-rule.ts';
import { renderCustomResourceDefinitions } from '../../src/spec/custom-resource-definition.ts';
import { withRightsTable } from './rights-table.ts';

const crds = join(import.meta.dirname, 'crds');
await mkdir(crds, { recursive: true });
await writeFile(join(crds, 'ceph.rook.io.yaml'), renderCustomResourceDefinitions());

const monitoring = join(import.meta.dirname, 'monitoring');
const alerts = await readFile(join(monitoring, 'alerts.yaml'), 'utf8');
await writeFile(join(monitoring, 'prometheus-rule.yaml'), renderPrometheusRule(alerts));

const page = join(import.meta.dirname, '../../docs/security.md');
await writeFile(page, withRightsTable(await readFile(page, 'utf8')));
