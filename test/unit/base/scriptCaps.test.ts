/**
 * Trees that are larger than what a script lists, in every shell here: each list ends at its cap, leaves a mark, and the
 * report says so. Where a cap is large the script gets a smaller one; the sizes themselves are tried by test/hostile.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HEALTH_LIMITS, KERNEL_TRACE_LIMITS, SAMPLE_LIMITS } from '../../../src/base/limits.js';
import { formatSentence } from '../../../src/base/sentence.js';
import { SHELL_LIST_OPEN_FILES } from '../../../src/base/shellParts.js';
import { checkCgroupHealth, HEALTH_FILE } from '../../../src/cgroup/command.js';
import { parseHealth } from '../../../src/cgroup/parseHealth.js';
import { SAMPLE_FDS } from '../../../src/ktrace/traceScripts.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { sampleThreads } from '../../../src/threads/command.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { folderFor } from '../../support/procTree.js';
import { SHELLS, type Shell } from '../../support/shells.js';
import { statLine, writeProcTree } from '../../support/threadTree.js';

const LIMIT_SECONDS = 60;
const hasProc = process.platform === 'linux';

/** The script with another cap, which it must have. */
function withCap(argv: readonly string[], cap: number, instead: number): readonly string[] {
  const [sh = '', flag = '', script = '', ...values] = argv;
  expect(script).toContain(` ${cap}`);
  return [sh, flag, script.replaceAll(` ${cap}`, ` ${instead}`), ...values];
}

function sample(shell: Shell, proc: string, cap?: readonly [number, number]) {
  const cwd = folderFor('job');
  const { argv } = sampleThreads({ pid: 42, seconds: 1, rounds: 2, proc });
  shell.run(cap === undefined ? argv : withCap(argv, ...cap), { cwd, limitSeconds: LIMIT_SECONDS });
  const [file = ''] = readdirSync(cwd);
  const bytes = readFileSync(path.join(cwd, file));
  const samples = parseSamples((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
  const report = analyseThreads(samples);
  return { samples, report, warnings: report.warnings.map(formatSentence) };
}

const thread = { tid: 42, command: 'kubelet', state: 'S', syscall: 'running' } as const;

describe.skipIf(!hasProc).each(SHELLS)(`in $name${hasProc ? '' : ' [not run: no /proc here]'}`, shell => {
  it('thread samples list open files to a cap, and say how many there were', () => {
    const files = SAMPLE_LIMITS.files + 100;
    const proc = folderFor('files');
    writeProcTree(proc, 42, [thread], {});
    for (let fd = 0; fd < files; fd++) symlinkSync(`/var/log/${fd}`, `${proc}/42/fd/${fd}`);
    const { samples, warnings } = sample(shell, proc);
    expect(samples.end).toBe('complete');
    expect(samples.rounds[0]?.descriptors.size).toBe(SAMPLE_LIMITS.files - 1);
    expect(warnings).toContain(
      `Files that are open were listed up to a limit: of ${files} open ones the others are in no table, and no call is shown with them.`,
    );
  });

  it('thread samples of few files have no such mark', () => {
    const proc = folderFor('files');
    writeProcTree(proc, 42, [thread], { 3: '/a', 4: '/b' });
    const { samples, warnings } = sample(shell, proc);
    expect(samples.header.has('files')).toBe(false);
    expect(warnings.join()).not.toContain('listed up to a limit');
  });

  it('thread samples count processes to a cap, and say so', () => {
    const proc = folderFor('processes');
    writeProcTree(proc, 42, [thread], {});
    for (let pid = 1000; pid < 1800; pid++) {
      mkdirSync(`${proc}/${pid}`);
      writeFileSync(`${proc}/${pid}/stat`, `${statLine({ tid: pid, command: 'x', state: 'S' })}\n`);
    }
    const { samples, warnings } = sample(shell, proc, [SAMPLE_LIMITS.processes, 500]);
    expect(samples).toMatchObject({ end: 'complete', unparsedLines: 0 });
    expect(samples.looks[0]?.processes.size).toBeGreaterThan(450);
    expect(samples.looks[0]?.processes.size).toBeLessThanOrEqual(501);
    expect(warnings).toContain('Only 500 processes of the node were counted; the others are in no table.');
  });

  it('a check of cgroups lists them to a cap, from the root down, and says so', () => {
    const root = folderFor('cgroups');
    const base = path.join(root, 'sys/fs/cgroup');
    mkdirSync(path.join(base, 'kubepods'), { recursive: true });
    for (const name of ['', 'kubepods']) writeFileSync(path.join(base, name, 'memory.stat'), 'cache 1\n');
    writeFileSync(path.join(base, 'cgroup.controllers'), 'memory\n');
    for (let count = 0; count < 600; count++) mkdirSync(path.join(base, `kubepods/c${count}`));
    const cwd = folderFor('job');
    const { argv } = checkCgroupHealth({ root });
    shell.run(withCap(argv, HEALTH_LIMITS.cgroups, 500), { cwd, limitSeconds: LIMIT_SECONDS });
    const health = parseHealth(readFileSync(path.join(cwd, HEALTH_FILE), 'utf8'));
    expect(health.counts).toMatchObject({ directories: 500, isPartial: true });
    expect(health.slowest.map(({ cgroup }) => cgroup).concat('/')).toContain('/');
    expect(health.warnings.map(formatSentence)).toEqual([
      'The list of cgroups was cut at its limit, after 500: there are more, and what is counted of them is the least there is.',
    ]);
  });

  it('a kernel trace notes open files to a cap and paths to a length, and leaves a mark', () => {
    const folder = folderFor('open');
    const long = path.join(folder, 'x'.repeat(200), 'y'.repeat(200), 'z'.repeat(200));
    mkdirSync(path.dirname(long), { recursive: true });
    const look = (names: readonly string[]): string => {
      const open = names.map(name => openSync(name, 'w'));
      onTestFinished(() => open.forEach(closeSync));
      const cwd = folderFor('job');
      const script = `pid=$1${SHELL_LIST_OPEN_FILES}${SAMPLE_FDS}
mark() { echo "$1"; }
sample_fds
echo "cut $files_cut"`;
      return shell.run(['sh', '-c', script, 'look', String(process.pid)], {
        cwd,
        limitSeconds: LIMIT_SECONDS,
      });
    };
    const few = look([path.join(folder, 'one')]);
    expect(few).toContain(`${path.join(folder, 'one')}\n`);
    expect(few).toMatch(/\nfds\ncut no\n$/);
    const withLong = look([long]);
    expect(withLong).not.toContain('zzz');
    expect(withLong).toMatch(/\ncut yes\n$/);
    const many = look(Array.from({ length: 1100 }, (_, at) => path.join(folder, `f${at}`)));
    expect(many).toMatch(/\ncut yes\n$/);
    expect(many.match(/^fd \d+ /gm)).toHaveLength(KERNEL_TRACE_LIMITS.files);
  });
});
