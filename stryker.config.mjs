/**
 * Mutation tests of the decision core: `npm run mutation`, or of a part of it: `npm run mutation -- --mutate 'functions/core/network/*.ts'`.
 * Stryker is no dependency of the project: 170 packages that only this command needs, in .ci/stryker.
 * Only tests of the core run, so that a mutant costs seconds: what survives here may still be killed by a whole run.
 */
export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  jest: { configFile: 'stryker.jest.config.mjs', enableFindRelatedTests: true },
  mutate: ['functions/core/**/*.ts', '!functions/core/model/**'],
  // A sentence that changes is seen by its reader: tests compare codes and facts.
  mutator: { excludedMutations: ['StringLiteral'] },
  // TypeScript 7 has no API with which Stryker could rewrite tsconfig.json, and nothing of it needs a rewrite.
  tsconfigFile: 'tsconfig.none.json',
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'dist/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: 'dist/.stryker',
  // None of them is needed by a test of the core, and a copy of them costs minutes.
  ignorePatterns: ['dist', 'docs', '.venv', 'infra', 'bench', 'twin/data'],
};
