import { availableParallelism } from 'node:os';

/** Tests are ES modules in TypeScript; swc strips the types, tsc checks them (`npm run typecheck`). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // Tests that need a tool besides Node have commands of their own: test/with-tools.ts.
  testMatch: [
    '<rootDir>/test/**/*.test.ts',
    '!**/*.{clients,sweep,engines,templates,review,shell,page,long}.test.ts',
  ],
  setupFiles: ['<rootDir>/test/error-realm.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 60000,
  // Jest's own choice on two cores is one worker; a fifth of the time of a run on a twin is waiting.
  // As a number: Jest takes a percentage above 100 for a number of workers.
  maxWorkers: Math.max(2, Math.ceil(1.5 * availableParallelism())),
};
