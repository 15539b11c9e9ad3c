/** Writes the generated manifests of this directory. A test compares them with what this would write. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCustomResourceDefinitions } from '../../src/spec/custom-resource-definition.ts';

const crds = join(import.meta.dirname, 'crds');
await mkdir(crds, { recursive: true });
await writeFile(join(crds, 'ceph.rook.io.yaml'), renderCustomResourceDefinitions());
