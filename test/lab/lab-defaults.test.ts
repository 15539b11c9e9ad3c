import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labDefaults } from '../../deploy/lab/lab-defaults.ts';

describe('npm run cephflow', () => {
  let home: string;
  let lab: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
    lab = join(home, 'lab.kubeconfig');
    writeFileSync(lab, '');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('means the lab where it runs and nothing else is named', () => {
    expect(labDefaults({ PATH: '/bin' }, home, lab)).toEqual({
      KUBECONFIG: lab,
      TEMPORAL_ADDRESS: expect.stringMatching(/:7233$/),
    });
  });

  it('means nothing of the lab where there is none', () => {
    expect(labDefaults({}, home, join(home, 'absent'))).toEqual({});
  });

  it.each(['KUBECONFIG', 'TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE'])(
    'means what %s says, and nothing of the lab',
    (name) => {
      expect(labDefaults({ [name]: 'x' }, home, lab)).toEqual({});
    },
  );

  it("means the person's own cluster where there is a kubeconfig at home", () => {
    mkdirSync(join(home, '.kube'));
    writeFileSync(join(home, '.kube/config'), '');
    expect(labDefaults({}, home, lab)).toEqual({});
  });
});
