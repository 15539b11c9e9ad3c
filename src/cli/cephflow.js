#!/usr/bin/env node
/**
 * The installed command. JavaScript, because an older Node has to be told in a sentence what it lacks, and because Node refuses TypeScript
 * below a node_modules, which is where `npm install --global` puts this package: there the types are taken out here.
 */
import { readFileSync } from 'node:fs';
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 2)) {
  process.stderr.write(
    `Error: cephflow needs Node 24.2 or newer, and ${process.execPath} is ${process.versions.node}; put a newer one first in PATH.\n`,
  );
  process.exit(70);
}
module.enableCompileCache();
if (import.meta.url.includes('/node_modules/')) readTypeScript();
await import('./main.ts');

function readTypeScript() {
  // The first use warns that the function is experimental, which is nothing that a person at the command line can act on.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  module.stripTypeScriptTypes('');
  process.emitWarning = emitWarning;
  const own = new URL('../..', import.meta.url).href;
  module.registerHooks({
    load(url, context, next) {
      if (!url.startsWith(own) || !url.endsWith('.ts')) return next(url, context);
      const source = module.stripTypeScriptTypes(readFileSync(new URL(url), 'utf8'));
      return { format: 'module', shortCircuit: true, source };
    },
  });
}
