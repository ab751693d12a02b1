/**
 * Builds everything that runs: one entry a process. `--watch`, `--production` (minified, no source maps), `--quiet`,
 * `--only NAME[,NAME]` of the table below.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2).filter(argument => argument.startsWith('--')));
const onlyAt = process.argv.indexOf('--only');
const only = onlyAt < 0 ? undefined : process.argv[onlyAt + 1]?.split(',');
const production = flags.has('--production');

/**
 * Files of their own, required when first asked for, so that activation does not pay for them:
 * @kubernetes/client-node weighs 1.5 MB and takes over 100 ms to load; most windows never make a debug pod.
 */
const lazy = {
  name: 'lazy',
  setup(build) {
    for (const [filter, file] of [
      [/\/cluster\/connect\.js$/, './cluster.cjs'],
      [/\/pods\/debugPodWork\.js$/, './debugpods.cjs'],
    ])
      build.onResolve({ filter }, request =>
        request.kind === 'entry-point' ? undefined : { path: file, external: true },
      );
  },
};

const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'bufferutil', 'utf-8-validate'],
};
const page = { platform: 'browser', format: 'esm', target: 'es2022', loader: { '.ttf': 'file' } };

/** Name → esbuild options. Output names are what package.json and src/ui name. */
const entries = {
  extension: {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    plugins: [lazy],
  },
  debugpods: {
    ...node,
    entryPoints: { debugpods: 'src/ui/pods/debugPodWork.ts' },
    outdir: 'dist',
    plugins: [lazy],
  },
  cluster: { ...node, entryPoints: { cluster: 'src/cluster/connect.ts' }, outdir: 'dist' },
  worker: { ...node, entryPoints: { worker: 'src/worker/decodeWorker.ts' }, outdir: 'dist' },
  inspect: { ...node, entryPoints: { inspect: 'src/cli/inspect.ts' }, outdir: 'dist' },
  webview: {
    ...page,
    entryPoints: [
      { in: 'webview/main.ts', out: 'main' },
      { in: 'webview/style.css', out: 'style' },
      { in: 'webview/report/main.ts', out: 'report' },
      { in: 'webview/report/report.css', out: 'report' },
    ],
    outdir: 'dist/webview',
  },
};

const wanted = Object.entries(entries).filter(([name]) => only === undefined || only.includes(name));
const options = wanted.map(([, entry]) => ({
  bundle: true,
  absWorkingDir: root,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: flags.has('--quiet') ? 'error' : 'warning',
  ...entry,
}));

if (flags.has('--watch')) {
  await Promise.all(options.map(async entry => (await context(entry)).watch()));
} else {
  if (production) await rm(path.join(root, 'dist'), { recursive: true, force: true });
  const started = performance.now();
  await Promise.all(options.map(entry => build(entry)));
  if (!flags.has('--quiet'))
    console.log(
      `built ${wanted.map(([name]) => name).join(', ')} in ${Math.round(performance.now() - started)} ms`,
    );
}
