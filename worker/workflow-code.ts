import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const WORKFLOWS_PATH = new URL('../workflows/index.ts', import.meta.url);

/** Where the image keeps the bundle that worker/bundle.ts made. */
export const BUNDLE_PATH = new URL('../workflow-bundle.js', import.meta.url);

/** The workflows as the worker loads them: the image's bundle, or in a checkout the sources. */
export const workflowCode = (): { workflowBundle: { codePath: string } } | { workflowsPath: string } =>
  existsSync(BUNDLE_PATH)
    ? { workflowBundle: { codePath: fileURLToPath(BUNDLE_PATH) } }
    : { workflowsPath: fileURLToPath(WORKFLOWS_PATH) };
