import { describe, expect, it } from 'vitest';
import { destroysOnly } from '../../deploy/demo/objections.ts';
import type { Plan, PlanStep } from '../../src/contract/plan.ts';

const DISK = 'loop:/lab/n2/disks/d3.img';

const step = (risk: PlanStep['risk'], ...targets: string[]): PlanStep => ({
  id: 'create-osds/n2',
  targets,
  does: '',
  risk,
  alwaysAsk: false,
});
const plan = (...steps: PlanStep[]): Plan => ({
  operation: 'add-disk',
  cluster: 'rook-ceph',
  hash: '0f3a9c12d4e5',
  summary: '',
  steps,
  findings: [],
});

describe('a plan that the demo may approve', () => {
  it('destroys what is named and nothing else', () => {
    const harmless = step('none', 'n1', 'n2');
    expect(destroysOnly(DISK)(plan(harmless, step('destroys-data', `n2:${DISK}:uuid`)))).toBeUndefined();
  });

  it('is none where another disk or another OSD would go as well', () => {
    const also = step('destroys-data', `n2:${DISK}:uuid`, 'n2:loop:/lab/n2/disks/d33.img:uuid');
    expect(destroysOnly(DISK)(plan(also))).toMatch(/^destroys more than \S+: n2:loop:\/lab\/n2\/disks\/d33\.img:uuid$/);
    expect(destroysOnly('osd.1:')(plan(step('destroys-data', 'osd.11:uuid')))).toMatch(/^destroys more than osd\.1:/);
  });

  it('is none where it does not name all that it should', () => {
    expect(destroysOnly(DISK)(plan(step('none', `n2:${DISK}`)))).toBe(`does not name ${DISK}`);
    expect(destroysOnly('osd.6:', DISK)(plan(step('destroys-data', 'osd.6:uuid')))).toBe(`does not name ${DISK}`);
  });
});
