/**
 * Mutation tests of what carries decisions out: `npm run mutation:reconcile`, or of a part of it:
 * `npm run mutation:reconcile -- --mutate functions/reconcile/apply.ts`. Then: `node cli/with-node.mjs
 * .ci/stryker/record-scores.ts dist/mutation-reconcile.json` and `npm run docs`.
 *
 * A test here opens a twin and runs the state machine, some 0.2 s once everything is loaded, and a mutant that survives has run all
 * that reach it. All files would take hours: measured are those that hold the safety rules (order of changes, journal before write, read
 * before write, holds, leases, lost answers). Drivers and readers are conversions between a change or an observation and AWS's calls,
 * proved against the twin by the tests that are left out here.
 */
import core from '../../stryker.config.mjs';

const tests = [
  'apply',
  'deadline',
  'first-setting',
  'journaled-change',
  'lease-held',
  'pacer',
  'plan',
  'rollback-network',
  'rollback-conflicts.long',
  'waves',
];

const measured = [
  'apply',
  'change-results',
  'enforce-account',
  'held-back',
  'journaled-change',
  'pacer',
  'pass',
  'pending-entries',
  'rollback-account',
  'settle-abandoned',
];

export default {
  ...core,
  warm: {
    tests: tests.map((file) => `test/reconcile/${file}.test.ts`),
    slow: [
      'Given the first snapshot and its plan with every switch on',
      'given a canary wave with a soak time',
      'three times',
    ],
  },
  mutate: measured.map((file) => `functions/reconcile/${file}.ts`),
  // Nothing is demanded of a score that was measured on chosen tests.
  thresholds: { high: 85, low: 60, break: null },
  // As in stryker.config.mjs, but for what a twin reads.
  ignorePatterns: core.ignorePatterns.filter((pattern) => pattern !== 'twin/data'),
  incrementalFile: 'dist/mutation-reconcile-incremental.json',
  jsonReporter: { fileName: 'dist/mutation-reconcile.json' },
};
