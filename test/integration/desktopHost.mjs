// @ts-check
/** Runs the suite in a desktop VS Code, downloaded by @vscode/test-electron: the same files in a local extension host. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestRunFailedError, downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';

/**
 * VSCODE_VERSION chooses the version (`stable`), VSCODE_EXECUTABLE an installed one instead of a download.
 * @param {import('./run.mjs').SuiteRun} run
 * @returns {Promise<string>} `finished`, or how it ended instead
 */
export async function runInDesktop(run) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    throw new Error('a desktop VS Code needs a display: run `xvfb-run -a npm run test:electron`');
  const executable =
    process.env.VSCODE_EXECUTABLE ?? (await download(process.env.VSCODE_VERSION ?? 'stable'));
  // Short, because VS Code makes a socket inside it, and a socket's path may have 103 characters.
  const userData = await mkdtemp(path.join(tmpdir(), 'nt-'));
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: run.root,
      extensionTestsPath: run.suite,
      extensionTestsEnv: run.env,
      launchArgs: [
        run.workspace,
        '--disable-extensions',
        '--user-data-dir',
        userData,
        '--disable-workspace-trust',
      ],
    });
    return 'finished';
  } catch (error) {
    // Mocha's failures come as exit code 1; the results file has them by name.
    if (error instanceof TestRunFailedError && error.code === 1) return 'finished';
    throw error;
  } finally {
    await rm(userData, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** @param {string} version */
async function download(version) {
  try {
    return await downloadAndUnzipVSCode(version);
  } catch (error) {
    throw new Error(
      `VS Code ${version} could not be downloaded from update.code.visualstudio.com (${error instanceof Error ? error.message : String(error)}). ` +
        'Name an installed one by VSCODE_EXECUTABLE=/path/to/code, or use `npm run test:integration`, which needs the npm registry only',
      { cause: error },
    );
  }
}
