/**
 * Three projects: `unit` needs nothing but Node and is part of the gate, `histories` is as pure but long, `integration` runs on
 * a real broker and registry.
 */
const shared = {
  rootDir: __dirname,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/no-settings.ts'],
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(integration|histories)\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'histories',
      testMatch: ['<rootDir>/test/**/*.histories.test.ts'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.integration.test.ts'],
      globalSetup: '<rootDir>/test/stack/start.ts',
      globalTeardown: '<rootDir>/test/stack/stop.ts',
      setupFilesAfterEnv: ['<rootDir>/test/stack/patience.ts'],
    },
  ],
  // The broker needs a core as well.
  maxWorkers: '50%',
};
