import { beforeAll } from 'vitest';
import { holderStateSuite } from '../activities/operations/holder-state.suite.ts';
import { teardownSuite } from '../activities/teardown/teardown-activities.suite.ts';
import { useLab } from './lab.ts';

beforeAll(() => useLab());

holderStateSuite();
teardownSuite();
