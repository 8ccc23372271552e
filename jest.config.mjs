// One configuration for every suite. TypeScript goes through esbuild, the compiler that also builds the product.
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': '<rootDir>/test/support/esbuild-transform.cjs',
    '/uPlot\\.(iife\\.min\\.js|min\\.css)$': '<rootDir>/test/support/text-transform.cjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!uplot/)'],
  setupFilesAfterEnv: ['<rootDir>/test/support/purity.ts'],
  globalSetup: '<rootDir>/test/support/build.mjs',
  testTimeout: 20_000,
  // Many suites wait for processes and timers: one more than the cores of a small machine.
  maxWorkers: 3,
};
