/** Builds the workflow bundle at image build: done at every start of the ops worker it costs 5 s and most of its memory. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { BUNDLE_PATH, WORKFLOWS_PATH } from './workflow-code.ts';

const [target = fileURLToPath(BUNDLE_PATH)] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(WORKFLOWS_PATH) });
await writeFile(target, code);
