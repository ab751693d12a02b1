/**
 * Entry of the suite inside the extension host, the same for a desktop VS Code and for the server: runs every *.test.js
 * beside it by Mocha and writes what happened as JSON. Found by name, so no test can be forgotten in a list.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import type Mocha from 'mocha';

interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly milliseconds?: number | undefined;
  readonly error?: string;
}

const TEST_TIMEOUT_MS = 30_000;

/** Called by VS Code; rejects where a test failed, which VS Code turns into exit code 1. */
export async function run(): Promise<void> {
  const { default: MochaClass } = await import('mocha');
  markLines(MochaClass);
  const grep = process.env['NODE_TRIAGE_TEST_GREP'];
  const mocha = new MochaClass({
    ui: 'bdd',
    color: false,
    timeout: TEST_TIMEOUT_MS,
    forbidOnly: process.env['CI'] !== undefined,
    // One more try on a CI machine, said aloud: the editor under test shares its processors with the browser around it.
    retries: process.env['CI'] === undefined ? 0 : 1,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>(resolve => record(mocha.run(resolve)));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** The extension host logs more than tests: the runner tells our lines by their mark. */
function markLines(mocha: typeof Mocha): void {
  const mark = process.env['NODE_TRIAGE_TEST_MARK'];
  if (mark === undefined) return;
  mocha.reporters.Base.consoleLog = (...values: readonly unknown[]): void => {
    for (const line of format(...values).split('\n')) console.log(mark + line);
  };
}

function record(runner: Mocha.Runner): void {
  const tests: TestResult[] = [];
  let repeated = 0;
  runner.on('pass', test =>
    tests.push({ title: test.fullTitle(), state: 'passed', milliseconds: test.duration }),
  );
  runner.on('pending', test => tests.push({ title: test.fullTitle(), state: 'pending' }));
  runner.on('fail', (test, error: unknown) => {
    tests.push({
      title: test.fullTitle(),
      state: 'failed',
      error: error instanceof Error ? String(error.stack) : format(error),
    });
  });
  runner.on('retry', (test: Mocha.Test, error: unknown) => {
    repeated++;
    console.log(`tried once more: ${test.fullTitle()}: ${format(error)}`);
  });
  runner.on('end', () => {
    const file = process.env['NODE_TRIAGE_TEST_RESULTS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify({ tests, repeated }, undefined, 2));
  });
}
