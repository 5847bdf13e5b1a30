/**
 * The layers of the house, by the rules beside this file: `npm run layers [-- FOLDER]`. One line for each
 * import that breaks a rule; exit status 1 where there is one.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { OPTIONS, RULES } from './rules.ts';

const FOLDERS = ['functions', 'cli', 'twin', 'infra', 'bench', 'docs', 'test'];

const baseDir = resolve(process.argv[2] ?? '.');
const { output } = await cruise(
  FOLDERS.filter((folder) => existsSync(resolve(baseDir, folder))),
  { ...OPTIONS, baseDir, ruleSet: { forbidden: RULES }, validate: true, outputType: 'json' },
);
// The summary also warns that the TypeScript compiler is not one that the tool knows; swc parses for it.
const { modules, summary } = JSON.parse(String(output)) as ICruiseResult;
for (const { rule, from, to, cycle = [] } of summary.violations) {
  const chain = cycle.length > 0 ? cycle.map(({ name }) => name) : [to];
  const { comment = '' } = RULES.find(({ name }) => name === rule.name) ?? {};
  process.stdout.write(`${rule.name}: ${[from, ...chain].join(' -> ')}. ${comment}\n`);
}
const dependencies = modules.reduce((sum, each) => sum + each.dependencies.length, 0);
process.stderr.write(
  `layers: ${modules.length} modules, ${dependencies} imports, ${RULES.length} rules, ${summary.violations.length} broken\n`,
);
process.exitCode = summary.violations.length > 0 ? 1 : 0;
