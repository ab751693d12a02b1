/**
 * What the extension adds to the start of a window: loading its bundle and running `activate`, each time in a fresh
 * process. The editor is a stand-in that answers everything and does nothing, so that only our own code is measured.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 9;
/** out/bench/activationBench.mjs, two folders below the project's. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Run by `node -e`, so that nothing of the bench itself is loaded there. */
const START = `
const Module = require('node:module');
const anything = () => new Proxy(function () {}, {
  get: (_, name) => name === 'fsPath' ? '/nowhere' : name === Symbol.toPrimitive ? () => '' : name === 'then' ? undefined : name === Symbol.iterator ? [][Symbol.iterator] : anything(),
  apply: () => anything(),
  construct: () => anything(),
  set: () => true,
});
const editor = Object.fromEntries(JSON.parse(process.argv[2]).map(name => [name, anything()]));
const load = Module._load;
let clients = 0;
Module._load = (name, ...rest) => {
  if (name === 'vscode') return editor;
  if (/cluster/.test(name)) clients++;
  return load(name, ...rest);
};
const cpu = process.cpuUsage();
const start = performance.now();
const extension = require(process.argv[1]);
const loaded = performance.now();
extension.activate(anything());
const active = performance.now();
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ loadMs: loaded - start, activateMs: active - loaded, ownMs: (user + system) / 1000, clients }));
process.exit(0);
`;

interface Start {
  readonly loadMs: number;
  readonly activateMs: number;
  readonly ownMs: number;
  readonly clients: number;
}

/** The bundle copies the editor's names one by one: a stand-in has to have them. */
const names = Array.from(
  readFileSync(path.join(root, 'node_modules/@types/vscode/index.d.ts'), 'utf8').matchAll(
    /^\s+export (?:namespace|class|enum|const|function) (\w+)/gm,
  ),
  ([, name]) => name,
);
const built = spawnSync(process.execPath, ['esbuild.mjs', '--production', '--quiet'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(1);
const starts = Array.from({ length: RUNS }, () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-e', START, path.join(root, 'dist', 'extension.cjs'), JSON.stringify(names)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the extension did not start: ${stderr.slice(-600)}`);
  return JSON.parse(stdout) as Start;
});
const median = (of: (start: Start) => number): number =>
  Number((starts.map(of).toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0).toPrecision(3));
console.log(
  JSON.stringify({
    bench: 'activation',
    processes: RUNS,
    loadMs: median(start => start.loadMs),
    activateMs: median(start => start.activateMs),
    totalMs: median(start => start.loadMs + start.activateMs),
    ownMs: median(start => start.ownMs),
    clientsLoaded: median(start => start.clients),
  }),
);
