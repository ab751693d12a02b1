/**
 * Builds everything that runs: one entry a process. `--watch`, `--production` (minified, no source maps, with the
 * licences of what is in it), `--quiet`, `--only NAME[,NAME]` of the table below,
 * `--out FOLDER` instead of dist.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { bundledPackages, writeNotices } from './thirdPartyNotices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2).filter(argument => argument.startsWith('--')));
const valueOf = flag => (flags.has(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined);
const only = valueOf('--only')?.split(',');
const out = valueOf('--out') ?? 'dist';
const production = flags.has('--production');

/**
 * Files of their own, required when first asked for, so that activation does not pay for them:
 * @kubernetes/client-node weighs 1.5 MB and takes over 100 ms to load; most windows never make a debug pod, import a
 * bundle, or capture anything.
 */
const lazy = {
  name: 'lazy',
  setup(build) {
    for (const [filter, file] of [
      [/\/cluster\/connect\.js$/, './cluster.cjs'],
      [/\/debugPodWork\.js$/, './debugpods.cjs'],
      [/\/bundle\/bundles\.js$/, './bundles.cjs'],
      [/\/capture\/nodeCaptures\.js$/, './captures.cjs'],
      [/\/triageExport\/exportTriage\.js$/, './exports.cjs'],
    ])
      build.onResolve({ filter }, request =>
        request.kind === 'entry-point' ? undefined : { path: file, external: true },
      );
  },
};

/**
 * `import * as` of a CommonJS module makes esbuild copy it name by name in each file that has it: with the editor's 300
 * names in 40 files that was half of the time of loading. The object itself does.
 */
const editorUncopied = {
  name: 'editor-uncopied',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/](?:ui[\\/].*|extension)\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        /^import \* as vscode from 'vscode';$/m,
        `import vscode = require('vscode');`,
      ),
      loader: 'ts',
    }));
  },
};

const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'bufferutil', 'utf-8-validate'],
};
const page = { platform: 'browser', format: 'esm', target: 'es2022', loader: { '.svg': 'text' } };

/** Name → esbuild options. Output names are what package.json and src/ui name. */
const entries = {
  extension: {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: out,
    plugins: [lazy, editorUncopied],
  },
  debugpods: {
    ...node,
    entryPoints: { debugpods: 'src/ui/pods/debugPodWork.ts' },
    outdir: out,
    plugins: [lazy, editorUncopied],
  },
  bundles: { ...node, entryPoints: { bundles: 'src/bundle/bundles.ts' }, outdir: out },
  captures: { ...node, entryPoints: { captures: 'src/capture/nodeCaptures.ts' }, outdir: out },
  exports: { ...node, entryPoints: { exports: 'src/report/triageExport/exportTriage.ts' }, outdir: out },
  cluster: { ...node, entryPoints: { cluster: 'src/cluster/connect.ts' }, outdir: out },
  worker: { ...node, entryPoints: { worker: 'src/worker/node/decodeWorker.ts' }, outdir: out },
  inspect: { ...node, entryPoints: { inspect: 'src/cli/inspect.ts' }, outdir: out },
  webview: {
    ...page,
    entryPoints: [
      { in: 'webview/main.ts', out: 'main' },
      { in: 'webview/style.css', out: 'style' },
      { in: 'webview/report/main.ts', out: 'report' },
      { in: 'webview/report/report.css', out: 'report' },
    ],
    outdir: `${out}/webview`,
  },
};

const wanted = Object.entries(entries).filter(([name]) => only === undefined || only.includes(name));
const options = wanted.map(([, entry]) => ({
  bundle: true,
  absWorkingDir: root,
  minify: production,
  sourcemap: production ? false : 'linked',
  // Licences are in a file of their own.
  legalComments: 'none',
  metafile: production,
  logLevel: flags.has('--quiet') ? 'error' : 'warning',
  ...entry,
}));

if (flags.has('--watch')) {
  await Promise.all(options.map(async entry => (await context(entry)).watch()));
} else {
  if (production) await rm(path.resolve(root, out), { recursive: true, force: true });
  const started = performance.now();
  const built = await Promise.all(options.map(entry => build(entry)));
  if (production)
    await writeFile(
      path.resolve(root, out, 'THIRD-PARTY-NOTICES.txt'),
      await writeNotices(
        root,
        bundledPackages(built.flatMap(({ metafile }) => Object.keys(metafile.inputs))),
      ),
    );
  if (!flags.has('--quiet'))
    console.log(
      `built ${wanted.map(([name]) => name).join(', ')} in ${Math.round(performance.now() - started)} ms`,
    );
}
