/** The one renderer of findings: all that they hold is said, in the language that was asked for. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { atKey, atLine, finding, observe, type Finding } from '../../../src/base/finding.js';
import { formatSentence, sentence } from '../../../src/base/sentence.js';
import { readKernelTrace, readStrace } from '../../../src/evidence/readCalls.js';
import { readCgroups } from '../../../src/evidence/readCgroups.js';
import { readThreads } from '../../../src/evidence/readThreads.js';
import { sayFinding } from '../../../src/report/sayFinding.js';
import { readFixture } from '../../support/fixtures.js';

const full = finding({
  id: 'slow-memory-stat',
  weight: 'look',
  sentence: sentence('Slow: {0}.', 'x'),
  evidence: [
    observe(sentence('longest {0} s', 9), { value: 9.06, unit: 'seconds', threshold: 0.05 }, atLine(12)),
    observe(sentence('open {0}', 3), { value: 3, unit: 'count' }, atKey('# look')),
    observe(sentence('by thread')),
  ],
  doubt: [sentence('Or not.'), sentence('Or {0}.', 'else')],
  confirm: [
    { kind: 'command', command: 'time cat memory.stat' },
    { kind: 'capture', capture: 'cgroups', sentence: sentence('Check.') },
  ],
  isInferred: true,
});

it('says all that a finding holds, and leaves out what is not known', () => {
  expect(sayFinding(full, formatSentence)).toEqual({
    id: 'slow-memory-stat',
    weight: 'look',
    text: 'Slow: x.',
    isInferred: true,
    evidence: [
      { text: 'longest 9 s', value: 9.06, unit: 'seconds', threshold: 0.05, line: 12 },
      { text: 'open 3', value: 3, unit: 'count', key: '# look' },
      { text: 'by thread' },
    ],
    doubt: ['Or not.', 'Or else.'],
    confirm: [{ command: 'time cat memory.stat' }, { text: 'Check.', capture: 'cgroups' }],
  });
});

it('has every sentence said by the language of the page, and no command', () => {
  const said = sayFinding(full, ({ template }) => `<${template}>`);
  expect(said.text).toBe('<Slow: {0}.>');
  expect(said.evidence.map(({ text }) => text)).toEqual(['<longest {0} s>', '<open {0}>', '<by thread>']);
  expect(said.doubt).toEqual(['<Or not.>', '<Or {0}.>']);
  expect(said.confirm).toEqual([
    { command: 'time cat memory.stat' },
    { text: '<Check.>', capture: 'cgroups' },
  ]);
});

describe('of recorded files', () => {
  const textOf = (file: string): string => {
    const bytes = readFixture(file);
    return new TextDecoder().decode(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  };
  const jobs = 'pod/jobs';
  const trace = textOf(`${jobs}/kernel-trace/files/syscalls.ktrace.txt.gz`);
  const samples = textOf(`${jobs}/threads/files/threads.samples.txt.gz`);
  const health = textOf(`${jobs}/cgroups/files/cgroups.health.txt`);
  const strace = textOf('strace/strace-futex.30pods.file.txt');
  const table = textOf('strace/strace-c.30pods.file.txt');
  const all: readonly (readonly [name: string, text: string, findings: readonly Finding[]])[] = [
    ['a kernel trace', trace, readKernelTrace(trace).verdict],
    ['thread samples', samples, readThreads(samples).report.verdict],
    ['a cgroup check', health, readCgroups(health).assessment.verdict],
    ['an strace log', strace, readStrace(strace).verdict],
    ['a table of strace', table, readStrace(table).verdict],
  ];

  it.each(all)('%s: each place of an observation is in the file', (_, text, findings) => {
    const lines = text.split('\n');
    const places = findings.flatMap(({ evidence }) => evidence).flatMap(({ place }) => place ?? []);
    expect(places.length).toBeGreaterThan(0);
    for (const place of places)
      if (place.kind === 'line') expect(lines[place.line - 1]?.trim()).toBeTruthy();
      else
        expect([place.key, lines.some(line => line.startsWith(`${place.key}:`))]).toEqual([place.key, true]);
  });

  it('a slow read leads to its line, with its seconds, and to the check that settles it', () => {
    const [line] = readKernelTrace(trace).verdict;
    const said = line && sayFinding(line, formatSentence);
    const longest = said?.evidence.find(({ text }) => text.startsWith('longest: read 190.2 ms'));
    expect(longest).toMatchObject({ unit: 'seconds', threshold: 0.05 });
    expect(longest?.value).toBeCloseTo(0.1902, 3);
    // Its end: descriptor 16 gave 759 bytes.
    expect(trace.split('\n')[(longest?.line ?? 0) - 1]).toMatch(/sys_exit: NR 0 = 759$/);
    expect(said?.confirm).toEqual([
      { text: 'Check cgroup health: it times reads of memory.stat.', capture: 'cgroups' },
    ]);
    expect(said?.doubt).toEqual([
      'Found among the files that were open at the time; the trace itself has only a number.',
    ]);
  });

  it('threads that got the CPU back late lead to samples of threads', () => {
    const line = readKernelTrace(trace).verdict.find(({ id }) => id === 'short-of-cpu');
    expect(line?.confirm).toMatchObject([{ kind: 'capture', capture: 'threads' }]);
  });

  it('a measured read has its median beside the bound that it passed, and a command', () => {
    const [line] = readCgroups(health).assessment.verdict;
    const said = line && sayFinding(line, formatSentence);
    const [read] = said?.evidence ?? [];
    expect(read).toMatchObject({ unit: 'seconds', threshold: 0.01 });
    expect(read?.value).toBeGreaterThan(0.01);
    expect(health.split('\n')[(read?.line ?? 0) - 1]).toMatch(/^read: root /);
    expect(said?.confirm[0]?.command).toContain('memory.stat');
  });
});
