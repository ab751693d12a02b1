/** `perf script` with every -F of perf 6.1, as it printed them (recorded with cpu-clock), and the cases of the public. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows, topRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
const readCase = (name: string) =>
  readProfile(readFileSync(path.join(import.meta.dirname, '../../../fixtures/stacks', name)));
const warnings = (profile: ReturnType<typeof read>) => profile.warnings.map(formatSentence);

describe('perf script without call chains', () => {
  it('has a sample on every line', () => {
    const profile = readCase('perf-no-callgraph.txt');
    expect(profile.samples.count).toBe(24);
    expect(topRows(profile, 0)).toEqual([
      'crypto/internal/fips140/sha256.blockSHANI.abi0 24 24',
      'spin 0 24',
    ]);
    expect(topRows(profile)[0]).toBe('crypto/internal/fips140/sha256.blockSHANI.abi0 242424240 242424240');
  });

  it.each([
    ['comm', '            spin \n', 'spin'],
    ['comm,tid', '            spin 26815 \n', 'spin'],
    ['comm,pid,tid', '            spin 26815/26816 \n', 'spin'],
    ['comm,tid,time', '            spin 26815  1046.111418: \n', 'spin'],
    ['comm,time', '            spin  1046.111418: \n', 'spin'],
    ['comm,event', '            spin cpu-clock: \n', 'spin'],
    ['comm,tid,event', '            spin 26815 cpu-clock: \n', 'spin'],
    ['comm,ip,sym', '            spin      55c45e4bb15c hot\n', 'spin;hot'],
    ['comm,tid,ip,sym', '            spin 26815      55c45e4bb15c hot\n', 'spin;hot'],
    ['comm,tid,ip,dso', '            spin 26815      55c45e4bb15c (/tmp/f/spin)\n', 'spin;[spin]'],
    ['comm,period,ip,sym', '            spin   10101010      55c45e4bb15c hot\n', 'spin;hot'],
    ['comm,tid,event,ip,sym', '            spin 26815 cpu-clock:      55c45e4bb15c hot\n', 'spin;hot'],
    ['misc', '            spin 26815 U     cpu-clock:      55c45e4bb15c hot\n', 'spin;hot'],
    [
      'flags',
      '            spin 26815 cpu-clock:                              55c45e4bb15c hot\n',
      'spin;hot',
    ],
    [
      'insn',
      '            spin 26815 cpu-clock:      55c45e4bb15c hot (/tmp/f/spin) ilen: 7 insn: 48 89 05 bd\n',
      'spin;hot',
    ],
    [
      'addr',
      '            node 11703 cpu-clock:                0          111ff89 v8::Heap::Get (/usr/bin/node)\n',
      'node;v8::Heap::Get',
    ],
    [
      'weight and phys_addr',
      '            node 11703 cpu-clock:                0               0          1bd4383 hash (/usr/bin/node)               0\n',
      'node;hash',
    ],
    [
      'uregs',
      '            spin 13014  1910.934038:   10101010 cpu-clock:      5575b3cdb15c hot+0x23 (/tmp/f/spin) ABI:2    SP:0x7ffec4b6adf8    IP:0x5575b3cdb15c \n',
      'spin;hot',
    ],
    [
      'tod',
      '            node 12888 2026-11-26 16:29:14.686497  1898.914204:           1417aa4 v8::Search<(v8::Mode)0, v8::Array>\n',
      'node;v8::Search<(v8::Mode)0, v8::Array>',
    ],
    ['cpu', ' npm exec pretti 13299 [000]      55c45e4bb15c hot\n', 'npm exec pretti;hot'],
    [
      'brstack',
      '            spin 1 [000]    12.500000:       1000 cycles:      55c45e4bb15c hot+0x1 (/x)  0x55c45e4bb15c/0x55c45e4bb1aa/P/-/-/3  0x1/0x2/M/-/-/0 \n',
      'spin;hot',
    ],
    ['ip,sym', '     55c45e4bb15c hot\n', 'hot'],
    ['ip', '     55c45e4bb15c\n', '0x55c45e4bb15c'],
    ['tid,ip,sym', '26815      55c45e4bb15c hot\n', 'hot'],
    ['time,ip,sym', ' 1046.111418:      55c45e4bb15c hot\n', 'hot'],
    ['event,ip,sym', 'cpu-clock:      55c45e4bb15c hot\n', 'hot'],
    ['period,ip,sym', '  10101010      55c45e4bb15c hot\n', 'hot'],
    [
      'a tmux',
      '    tmux: server  1234 [000]    12.500000:       1000 cycles:      55c45e4bb15c hot\n',
      'tmux: server;hot',
    ],
  ])('is read with -F %s', (_, line, stack) => {
    const profile = read(line.repeat(3));
    expect(profile.format).toBe('perf-script');
    expect(stackRows(profile).map(row => row.replace(/(?: \d+)+$/, ''))).toEqual([stack, stack, stack]);
    expect(warnings(profile).filter(text => text.startsWith('Lines'))).toEqual([]);
  });

  it('takes no table of symbols and no folded stacks for samples', () => {
    expect(() => read('0000000000001139 T main\n0000000000001129 T hot\n')).toThrow('text, without stacks');
    expect(read('spin 21375\nmain 3\n').format).toBe('folded');
  });
});

describe('perf script with call chains', () => {
  it('counts samples without an event as one type', () => {
    const profile = readCase('perf-fields-without-event.txt');
    expect(profile.sampleTypes).toEqual([{ type: 'samples', unit: 'count' }]);
    expect(profile.samples.count).toBe(5);
    expect(warnings(profile)).toEqual([]);
  });

  it('takes records of processes for no samples, and says how many there are and what perf lost', () => {
    const profile = readCase('perf-show-mmap-events.txt');
    expect(profile.sampleTypes.map(({ type }) => type)).toEqual(['samples', 'period']);
    expect(stackRows(profile)).toEqual(['program;main;hot 1 250000', 'program;main;hot 1 250000']);
    expect(warnings(profile)[1]).toBe(
      'Records of processes, which are no samples: 4 (the first: line 1: perf-exec 0 0.000000: PERF_RECORD_COMM: perf-exec:14351/14351).',
    );
    const lost = read(
      'x 1 [000]     1.500000: PERF_RECORD_LOST lost 5\nx 1 [000]     1.500000: cycles: \n\t              10 f (/x)\n\n',
    );
    expect(warnings(lost)).toEqual(['Samples that perf itself lost: 5. The numbers are lower bounds.']);
  });

  const chain = '\t            115c hot+0x23 (/tmp/f/spin)\n\t           2724a start+0x7a (/lib/libc.so.6)\n';
  it.each([
    ['comm', 'spin \n', 'spin;start;hot'],
    ['comm,tid', 'spin 21375 \n', 'spin;start;hot'],
    ['comm,cpu', 'npm exec pretti [000] \n', 'npm exec pretti;start;hot'],
    ['comm,period', 'spin   10101010 \n', 'spin;start;hot'],
    ['time', '  996.694045: \n', 'start;hot'],
    ['tid', '21375 \n', 'start;hot'],
    ['event', 'cpu-clock: \n', 'start;hot'],
    ['period', '  10101010 \n', 'start;hot'],
    ['ip,sym,dso alone', '\n', 'start;hot'],
    ['misc', 'spin 21375 U     cpu-clock: \n', 'spin;start;hot'],
    [
      'trace',
      'bash 7 [000]     1.500000: sched:sched_switch: prev_comm=bash ==> next_pid=0\n',
      'bash;start;hot',
    ],
  ])('are read with -F %s', (_, head, stack) => {
    const profile = read(`${head}${chain}\n`.repeat(3));
    expect(stackRows(profile).map(row => row.replace(/(?: \d+)+$/, ''))).toEqual([stack, stack, stack]);
    expect(warnings(profile).filter(text => text.startsWith('Lines'))).toEqual([]);
  });

  it('have source lines below frames, and other fields, which are said to be left out', () => {
    const profile = read(
      'spin 21375   996.694045:   10101010 cpu-clock: \n\t            115c hot+0x23 (/tmp/f/spin)\n  spin.c:4\n' +
        '\t           2724a start+0x7a (/lib/libc.so.6)\n  libc.so.6[2724a]\n insn: 48 89 05 bd 2e 00 00\n' +
        'spin 21375   996.720168:   10101010 cpu-clock: \n\t            115c hot+0x23 (/tmp/f/spin)\n  ./a/spin.c:9 (discriminator 3)\n' +
        ' 0x4b3e0c/0x4b3e65/P/-/-/3 \n|4        int main() {\n',
    );
    expect(stackRows(profile)).toEqual(['spin;start;hot 1 10101010', 'spin;hot 1 10101010']);
    expect([...profile.frames.line].filter(line => line !== 0)).toEqual([4, 9]);
    expect(warnings(profile).slice(1)).toEqual([
      'Fields of the samples that are no part of a stack and are not shown: insn, brstack, srccode.',
    ]);
  });

  it('are read behind a header of any length', () => {
    const header = '# event : name = cycles, , id = { 1, 2, 3, 4, 5, 6, 7, 8 }\n'.repeat(40_000);
    const profile = read(`${header}#\nspin 1   996.694045: cycles: \n${chain}\n`);
    expect(stackRows(profile)).toEqual(['spin;start;hot 1']);
  });

  it('shows first the period of clocks and cycles, and the number of samples of other events', () => {
    const typeOf = (event: string) => {
      const profile = read(`x 1 [000]     1.500000:       7 ${event}: \n\t              10 f (/x)\n\n`);
      return profile.sampleTypes[profile.defaultSampleType]!.type;
    };
    expect(['cycles:u', 'cpu_core/cycles/P', 'task-clock:ppp', 'cpu-clock'].map(typeOf)).toEqual(
      new Array(4).fill('period'),
    );
    expect(['instructions', 'stalled-cycles-frontend', 'sched:sched_switch'].map(typeOf)).toEqual(
      new Array(3).fill('samples'),
    );
  });

  it('name a frame without a symbol by its object', () => {
    const profile = read(
      'x 1 [000]     1.500000: cycles: \n\tffffffff8225a696 [unknown] ([kernel.kallsyms])\n' +
        '\t            115c [unknown] (/lib/libpthread-2.19.so (deleted))\n\t              10 [unknown] ([unknown])\n' +
        '\t              11 (anonymous namespace)::f(int, char) (/bin/x)\n\n',
    );
    expect(stackRows(profile)).toEqual([
      'x;(anonymous namespace)::f(int, char);<unknown>;[libpthread-2.19.so];[kernel.kallsyms] 1',
    ]);
  });

  it('are read in UTF-16, as PowerShell writes it, and with CRLF', () => {
    const text = `spin 21375   996.694045:   10101010 cpu-clock: \r\n${chain.replaceAll('\n', '\r\n')}\r\n`;
    expect(stackRows(readProfile(utf16(text)))).toEqual(['spin;start;hot 1 10101010']);
  });
});
