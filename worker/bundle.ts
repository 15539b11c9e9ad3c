/** Builds the workflow bundle at image build: done at every start of the ops worker it costs 5 s and most of its memory. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { BUNDLE_PATH, WORKFLOW_SOURCES } from './workflow-code.ts';

const [target = BUNDLE_PATH] = process.argv.slice(2);
const { code } = await bundleWorkflowCode(WORKFLOW_SOURCES);
await writeFile(target, code);
