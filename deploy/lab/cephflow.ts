#!/usr/bin/env node
/** The command line in a checkout, `npm run cephflow`: of the lab where nothing else is named. */
import { homedir } from 'node:os';
import { labDefaults } from './lab-defaults.ts';

Object.assign(process.env, labDefaults(process.env, homedir()));
await import('../../src/cli/main.ts');
