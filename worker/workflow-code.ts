import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The workflows, and what runs around each of them, as the bundler wants them named. */
export const WORKFLOW_SOURCES = {
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  workflowInterceptorModules: [fileURLToPath(new URL('../workflows/current-step.ts', import.meta.url))],
};

/** Where the image keeps the bundle that worker/bundle.ts made. */
export const BUNDLE_PATH = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

export interface WorkflowCode {
  options: { workflowBundle: { codePath: string } } | { workflowsPath: string };
  interceptors: { workflowModules?: string[] };
}

/** The workflows as the worker loads them: the image's bundle, or in a checkout the sources. */
export const workflowCode = (): WorkflowCode => {
  if (existsSync(BUNDLE_PATH)) return { options: { workflowBundle: { codePath: BUNDLE_PATH } }, interceptors: {} };
  const { workflowsPath, workflowInterceptorModules } = WORKFLOW_SOURCES;
  return { options: { workflowsPath }, interceptors: { workflowModules: workflowInterceptorModules } };
};
