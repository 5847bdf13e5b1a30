/**
 * Mutation tests of the decision core: `npm run mutation`, or of a part of it: `npm run mutation -- --mutate 'functions/core/network/*.ts'`.
 * Stryker is no dependency of the project: 170 packages that only this command needs, in .ci/stryker.
 * Only tests of the core run, so that a mutant costs milliseconds: what survives here may still be killed by a whole run.
 */
export default {
  testRunner: 'warm',
  plugins: ['./.ci/stryker/warm-runner.ts'],
  warm: {
    tests: ['test/core/**/*.test.ts'],
    without: ['**/*.{shell,long}.test.ts'],
    // They take most of the time and add little: hundreds of drawn worlds, each case read lazily, and child processes.
    slow: [
      'when it is read lazily',
      'Given any network > when ',
      'Given names that would break out of a command',
    ],
  },
  mutate: ['functions/core/**/*.ts', '!functions/core/model/**'],
  // A sentence that changes is seen by its reader: tests compare codes and facts.
  mutator: { excludedMutations: ['StringLiteral'] },
  // TypeScript 7 has no API with which Stryker could rewrite tsconfig.json, and nothing of it needs a rewrite.
  tsconfigFile: 'tsconfig.none.json',
  // Of the whole core; docs/mutation.md has the score of each file.
  thresholds: { high: 85, low: 60, break: 85 },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  incrementalFile: 'dist/mutation-incremental.json',
  jsonReporter: { fileName: 'dist/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: 'dist/.stryker',
  // None of them is needed by a test of the core, and a copy of them costs minutes.
  ignorePatterns: ['dist', 'docs', '.venv', 'infra', 'bench', 'twin/data'],
};
