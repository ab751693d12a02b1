/**
 * What a key costs in a Go file of an open profile: the costs of the changed text, asked for twice, as lenses and
 * decorations do. The profile is read, and the files around are known; the file is the largest of a kubelet's profile, as
 * large as the real one.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ProfileFileCosts } from '../../src/checkouts/fileCosts.js';
import { decodePprof } from '../../src/profile/codec/decodePprof.js';
import { listHotFunctions, type HotFunction } from '../../src/profile/hotFunctions.js';
import { resolveFrame } from '../../src/sources/resolveFrame.js';

const KEYS = 300;
/** runtime/proc.go of Go 1.24 has 7,300 lines of some 33 characters. */
const LINES = 7_300;
const FILLER = '\tmp.throwsplit = gp.stackguard0';

/** out/bench/keysBench.mjs, two folders below the project's. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const recorded = readFileSync(path.join(root, 'test/fixtures/profiles/cpu-cgroupload-30s.pb.gz'));

/** The declaration of each function where the profile has it, and lines of code between them. */
function textOf(rows: readonly HotFunction[]): string {
  const lines = new Array<string>(LINES).fill(FILLER);
  for (const { name, startLine } of rows) {
    const [, receiver = '', symbol = ''] = /^runtime\.(?:(\(\*?\w+\)|\w+)\.)?(\w+)$/.exec(name) ?? [];
    const type = receiver.replace(/[()]/g, '');
    if (symbol !== '') lines[startLine - 1] = `func ${type === '' ? '' : `(x ${type}) `}${symbol}() {`;
  }
  return lines.join('\n');
}

const profile = decodePprof(new Uint8Array(gunzipSync(recorded)));
const { rows } = listHotFunctions(profile, profile.defaultSampleType, 20_000);
const inFile = rows.filter(row => row.file === 'runtime/proc.go');
const goRoot = mkdtempSync(path.join(tmpdir(), 'node-triage-keys-'));
try {
  const file = path.join(goRoot, 'src', 'runtime', 'proc.go');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(path.join(goRoot, 'VERSION'), 'go1.24.1\n');
  writeFileSync(file, 'package runtime\n');
  const links = (row: HotFunction) =>
    resolveFrame(
      {
        function: row.name,
        file: row.file,
        module: row.module,
        startLine: row.startLine,
        line: row.lines[0]?.line ?? 0,
      },
      { goVersion: 'go1.24.1' },
    );
  const costs = new ProfileFileCosts({ rows, links }, () => performance.now());
  let text = textOf(inFile);
  const ask = async (version: number) => {
    const open = { file, version, getText: () => text };
    const [lenses] = [await costs.of(open), await costs.of(open)];
    return lenses;
  };
  const { functions, lines } = await ask(0);
  const keys: number[] = [];
  const spent = process.cpuUsage();
  for (let key = 1; key <= KEYS; key++) {
    text = `${text.slice(0, 9_000)}x${text.slice(9_000)}`;
    const begun = performance.now();
    await ask(key);
    keys.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(spent);
  keys.sort((a, b) => a - b);
  const at = (share: number) => Number((keys[Math.floor(KEYS * share)] ?? 0).toPrecision(3));
  console.log(
    JSON.stringify({
      bench: 'key in a Go file',
      keys: KEYS,
      kilobytes: Math.round(text.length / 1000),
      functions: functions.length,
      lines: lines.size,
      medianMs: at(0.5),
      p95Ms: at(0.95),
      // Processor time, the change of the text included: holds on a machine that does other things, too.
      meanOwnMs: Number(((user + system) / 1000 / KEYS).toPrecision(3)),
    }),
  );
} finally {
  rmSync(goRoot, { recursive: true });
}
