#!/usr/bin/env node
// The `dhmc` command. Starts cli/main.ts here when this Node can, else with the Node that the
// project's lockfile brings. This path never moves: package.json names it as the command.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, runWithNode } from './with-node.mjs';

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');
if (findNode() === process.execPath) await import(main);
else runWithNode([main, ...process.argv.slice(2)]);
