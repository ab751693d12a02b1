import { defineConfig } from 'vitest/config';

const env = { TZ: 'UTC', LC_ALL: 'C' };
// One more try on a CI machine; vitest says which tests took it.
const retry = process.env.CI === undefined ? 0 : 1;
export default defineConfig({
  test: {
    globals: false,
    env,
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: { name: 'contract', env, retry, include: ['test/contract/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'page',
          env,
          retry,
          include: ['test/page/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          env,
          retry,
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
