// @ts-check
/**
 * A vitest reporter: names the tests that passed only when they were tried again, and ends in a line `N repeated`, which
 * test/run.mjs and .ci/run add up.
 */
export default class RepeatsReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    let repeated = 0;
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const count = test.diagnostic()?.retryCount ?? 0;
        if (count === 0) continue;
        repeated += count;
        console.log(`repeated: ${test.fullName} (${module.relativeModuleId})`);
      }
    console.log(`${String(repeated)} repeated`);
  }
}
