import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/manifests/object.ts';

const base = join(import.meta.dirname, '../../deploy/kubernetes');
const objects = async (file: string): Promise<KubernetesObject[]> =>
  parseAllDocuments(await readFile(join(base, file), 'utf8')).map((document) => document.toJS() as KubernetesObject);

interface Kustomization {
  resources: string[];
  replacements: { targets: { fieldPaths: string[] }[] }[];
}
const kustomization = async (): Promise<Kustomization> =>
  parse(await readFile(join(base, 'kustomization.yaml'), 'utf8')) as Kustomization;

interface OpsDeployment {
  spec: {
    replicas: number;
    template: {
      spec: {
        containers: {
          command: string[];
          image: string;
          env: { name: string; value?: string }[];
          resources: object;
          livenessProbe: { httpGet: { path: string } };
          readinessProbe: { httpGet: { path: string } };
        }[];
      };
    };
  };
}

describe('the kustomize base', () => {
  it('lists every manifest of its folder, and only those', async () => {
    const { resources } = await kustomization();
    const files = (await readdir(base)).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
    const crds = (await readdir(join(base, 'crds'))).map((name) => `crds/${name}`);
    expect(resources.toSorted()).toEqual([...crds, ...files].sort());
  });

  it('runs two ops workers with probes, requests and limits, and loop devices off', async () => {
    const [deployment] = (await objects('ops.yaml')) as unknown as OpsDeployment[];
    const [container] = deployment?.spec.template.spec.containers ?? [];
    expect(deployment?.spec.replicas).toBe(2);
    expect(container).toMatchObject({
      command: ['/cephflow/node', '--max-semi-space-size=2', '/cephflow/worker/ops.ts'],
      livenessProbe: { httpGet: { path: '/livez' } },
      readinessProbe: { httpGet: { path: '/readyz' } },
      resources: { requests: { memory: expect.any(String) }, limits: { memory: '512Mi' } },
    });
    expect(container?.env).toContainEqual({ name: 'ALLOW_LOOP_DEVICES', value: 'false' });
  });

  it('gives the agents the image of the ops worker', async () => {
    const [deployment] = (await objects('ops.yaml')) as unknown as OpsDeployment[];
    const [container] = deployment?.spec.template.spec.containers ?? [];
    expect(container?.env.find(({ name }) => name === 'CEPHFLOW_IMAGE')?.value).toBe(container?.image);
    const targets = (await kustomization()).replacements.flatMap((replacement) => replacement.targets);
    expect(targets.flatMap(({ fieldPaths }) => fieldPaths).join(' ')).toContain('CEPHFLOW_IMAGE');
  });

  it('grants nothing by wildcard', async () => {
    const text = await readFile(join(base, 'cluster-role.yaml'), 'utf8');
    expect(text).not.toContain('*');
    const rules = text.split('\n').filter((line) => line.startsWith('  - apiGroups'));
    const explained = text
      .split('\n')
      .filter((line, index, lines) => line.startsWith('  # ') && lines[index + 1]?.startsWith('  - apiGroups'));
    expect(explained).toHaveLength(rules.length);
  });
});
