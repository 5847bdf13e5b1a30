/** The tests of the decision core alone, for mutants. */
import base from './jest.config.mjs';

export default {
  ...base,
  testMatch: ['<rootDir>/test/core/**/*.test.ts', '!**/*.{shell,long}.test.ts'],
};
