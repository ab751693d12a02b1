// @ts-check
/** Compiles test/demo/replayServer.ts and starts it with its kubeconfig in a private temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * The replay server, and `kubeconfig`, the file that leads to it. `stop` ends it and removes the file.
 * @typedef {object} Replay
 * @property {import('./replayServer.js').ReplayServer} server
 * @property {string} kubeconfig
 * @property {() => Promise<void>} stop
 */

/**
 * @param {{ speed: number }} options  how many times as fast the seconds of profiles pass
 * @returns {Promise<Replay>}
 */
export async function startReplay({ speed }) {
  const outfile = path.join(root, 'out', 'test', 'replayServer.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/demo/replayServer.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  /** @type {typeof import('./replayServer.js')} */
  const { startReplayServer } = await import(pathToFileURL(outfile).href);
  const directory = await mkdtemp(path.join(tmpdir(), 'node-triage-cluster-'));
  const server = await startReplayServer({ fixtures: path.join(root, 'test', 'fixtures'), directory, speed });
  return {
    server,
    kubeconfig: server.kubeconfigPath,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
