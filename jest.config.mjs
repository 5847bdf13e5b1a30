/** Tests are ES modules in TypeScript; swc strips the types, tsc checks them (`npm run typecheck`). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 60000,
  // Jest's own choice on two cores is one worker.
  maxWorkers: '100%',
};
