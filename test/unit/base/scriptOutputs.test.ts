/**
 * What scripts printed on a real node, damaged in any way: a reader gives what it can, or says `TriageError`. And what
 * tenants can write into names of files and cgroups, run by every shell here.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBoundedLines } from '../../../src/base/boundedLines.js';
import { isTriageError } from '../../../src/base/errors.js';
import { findKubelet } from '../../../src/kubelet/findKubelet.js';
import { FIND_KUBELET_LIMITS } from '../../../src/base/limits.js';
import { checkCgroupHealth, HEALTH_FILE } from '../../../src/cgroup/command.js';
import { parseHealth } from '../../../src/cgroup/parseHealth.js';
import { readKernelTraceEnd } from '../../../src/ktrace/kernelTrace.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { checkTraced, factsOf, probeStrace, readStraceEnd } from '../../../src/strace/straceJobs.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { sampleThreads } from '../../../src/threads/command.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { readNodeFacts } from '../../../src/evidence/readNodeFacts.js';
import { readCgroups } from '../../../src/evidence/readCgroups.js';
import { folderFor } from '../../support/procTree.js';
import { SHELLS } from '../../support/shells.js';
import { writeProcTree } from '../../support/threadTree.js';

const PODS = path.join(import.meta.dirname, '../../fixtures/pod');

function fixture(name: string): string {
  const bytes = readFileSync(path.join(PODS, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  // Enough of each kind of line, little enough for many tries.
  return `${text.slice(0, 12_000)}\n${text.slice(-4_000)}`;
}

const jobEnd = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', files: [] });

const READERS: readonly [string, string, (text: string) => unknown][] = [
  ['processes', 'node-triage-find-kubelet.txt', text => findKubelet('node1').parse(text)],
  ['threads', 'jobs/threads/files/threads.samples.txt.gz', text => analyseThreads(parseSamples(text))],
  ['cgroups', 'jobs/cgroups/files/cgroups.health.txt', text => readCgroups(text)],
  ['facts', 'jobs/facts/files/facts.node.txt', text => readNodeFacts(text)],
  ['events', 'jobs/kernel-trace/files/syscalls.ktrace.txt.gz', text => parseEvents(text)],
  ['calls', 'jobs/strace-futex/files/futex.strace.txt', text => parseLog(text)],
  ['the kernel’s end', 'jobs/kernel-trace/stdout.txt', text => readKernelTraceEnd(jobEnd(text))],
  ['strace’s end', 'jobs/strace-futex/stdout.txt', text => readStraceEnd('futex', jobEnd(text))],
  ['strace’s version', 'node-triage-probe-strace.txt', text => probeStrace('image').parse(text)],
  ['tracers', 'node-triage-check-traced.txt', text => checkTraced(1).parse(text)],
];

const ODD = [
  '__proto__',
  'constructor 1',
  'argument __proto__ x',
  '# __proto__: 1',
  '-1',
  'NaN',
  '1e999',
  '9'.repeat(400),
  '\0',
  '\ud800',
  '\n',
  '\r\n',
  ' ',
  '/stat:',
  ')',
  '(',
  'x'.repeat(20_000),
];
/** Pieces of a text left out, doubled, exchanged and put between. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(200),
    put: fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 20 })),
    isTwice: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

it.each(READERS)('reads damaged %s, or says TriageError', (_, name, read) => {
  const whole = fixture(name);
  fc.assert(
    fc.property(damage, changes => {
      let text = whole;
      for (const { at, length, put, isTwice } of changes) {
        const from = Math.floor(at * text.length);
        const until = isTwice ? Math.max(0, from - length) : from + length;
        text = text.slice(0, from) + put + text.slice(until);
      }
      try {
        read(text);
      } catch (error) {
        if (!isTriageError(error)) throw error;
      }
    }),
    { numRuns: 60 },
  );
});

it('leaves the prototype of all objects alone', () => {
  factsOf('__proto__ x\nconstructor y\n');
  const processes =
    'candidate 4\ncomm kubelet\nstart 5\nargument __proto__ x\nargument constructor y\nend 4\ndone yes\n';
  expect(findKubelet('node1').parse(processes).arguments).toEqual({});
  expect({}.constructor).toBe(Object);
});

it('takes no process without a number or a start for one', () => {
  for (const lines of [
    'candidate -4\nstart 5',
    'candidate 4\nstart x',
    'candidate 4',
    'candidate 0\nstart 5',
  ])
    expect(() => findKubelet('node1').parse(`${lines}\ncomm kubelet\nend 4\ndone yes\n`)).toThrow(
      'no process of the node is named',
    );
});

it('does not read a list of processes without an end', () => {
  const { lines, characters } = FIND_KUBELET_LIMITS.output;
  for (const text of ['x y\n'.repeat(lines + 1), `x ${'y'.repeat(characters)}\ndone yes\n`])
    expect(() => findKubelet('node1').parse(text)).toThrow('longer than the script makes it');
});

it('counts lines that are too long and says that there were more', () => {
  const taken: string[] = [];
  const take = (line: string) => void taken.push(line);
  expect(readBoundedLines('a\nbbbbb\n\nc', { lines: 9, characters: 4 }, take)).toEqual({
    long: 1,
    isCut: false,
  });
  expect(taken).toEqual(['a', '', 'c']);
  expect(readBoundedLines('a\nb\nc\n', { lines: 2, characters: 4 }, take).isCut).toBe(true);
  expect(readBoundedLines('a\nb\n', { lines: 2, characters: 4 }, take).isCut).toBe(false);
});

describe.each(SHELLS)('Names that a tenant chose, in $name', shell => {
  it('begin no line of thread samples', () => {
    const proc = folderFor('names');
    const forged =
      '/var/emptydir/a\n# end: gone\n9/stat:9 (x) S 1\nlr-x------ 1 0 0 64 Nov 24 11:10 5 -> /forged';
    writeProcTree(proc, 42, [{ tid: 42, command: 'kubelet', state: 'S', syscall: 'running' }], {});
    symlinkSync(forged, `${proc}/42/fd/7`);
    const cwd = folderFor('job');
    shell.run(sampleThreads({ pid: 42, seconds: 1, rounds: 3, proc }).argv, { cwd, limitSeconds: 60 });
    const [file = ''] = readdirSync(cwd);
    const bytes = readFileSync(path.join(cwd, file));
    const samples = parseSamples((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    expect(samples).toMatchObject({ end: 'complete', unparsedLines: 0 });
    const [round] = samples.rounds;
    expect([...(round?.threads.keys() ?? [])]).toEqual([42]);
    expect([...(round?.descriptors.keys() ?? [])]).toEqual([7]);
  });

  it('begin no line of a health file', () => {
    const root = folderFor('node');
    const base = path.join(root, 'sys/fs/cgroup');
    const names = ['-n 1', '*', 'a\\n# end: gone', 'b\\c', '$(id)', 'dev-disk\\x2dby', ' blank '];
    for (const name of ['', ...names]) {
      mkdirSync(path.join(base, name), { recursive: true });
      writeFileSync(path.join(base, name, 'memory.stat'), 'cache 1\n');
    }
    writeFileSync(path.join(base, 'cgroup.controllers'), 'memory\n');
    const cwd = folderFor('job');
    shell.run(checkCgroupHealth({ root }).argv, { cwd, limitSeconds: 60 });
    const text = readFileSync(path.join(cwd, HEALTH_FILE), 'utf8');
    expect(text.match(/^# end: .*$/gm)).toEqual(['# end: complete']);
    for (const name of names.slice(0, -1)) expect(text).toMatch(`/${name}\n`);
    expect(parseHealth(text).scan?.cgroups).toBe(names.length + 1);
  });
});
