// The smoke suite alone: it needs `func`, so it is none of `npm test`.
import common from '../../jest.config.mjs';

const { transform, transformIgnorePatterns } = common;
export default {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/func/smoke.ts'],
  transform,
  transformIgnorePatterns,
  testTimeout: 120_000,
};
