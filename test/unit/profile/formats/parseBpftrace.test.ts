/** Maps of stacks as bpftrace 0.17 printed them, and as its documents show those of other versions. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { StringReader } from '../../../../src/profile/packedStrings.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const warnings = (profile: ReturnType<typeof read>) => profile.warnings.map(formatSentence);
const moduleOf = (profile: ReturnType<typeof read>, wanted: string) => {
  const names = new StringReader(profile.strings);
  const func = Array.from(profile.functions.name).findIndex(name => names.get(name) === wanted);
  return names.get(profile.functions.module[func]!);
};

describe('maps of stacks by bpftrace', () => {
  it('have kernel and user told apart in perf mode', () => {
    const bytes = readFileSync(
      path.join(import.meta.dirname, '../../../fixtures/stacks/bpftrace-perf-mode.txt'),
    );
    const profile = readProfile(bytes);
    expect(profile.format).toBe('bpftrace');
    expect(stackRows(profile)).toEqual([
      'runtime.notesleep;runtime.futex.abi0;finish_task_switch;native_write_msr 12',
    ]);
    expect(moduleOf(profile, 'native_write_msr')).toBe('[kernel.kallsyms]');
    expect(moduleOf(profile, 'runtime.notesleep')).toBe('/usr/local/bin/kubelet');
    expect(warnings(profile)).toEqual([]);
  });

  it('have kstack, ustack and other parts in a key', () => {
    const profile = read(
      'Attaching 2 probes...\n\n\n@[\n    __ia32_sys_getppid+40\n    do_syscall_64+113\n, \n    getppid+7\n    main+34\n, spin, 8769]: 3\n' +
        '@[, \n    hot+35\n, spin, 8769]: 4\n@[]: 5\n',
    );
    expect(stackRows(profile)).toEqual([
      'spin;8769;main;getppid;do_syscall_64;__ia32_sys_getppid 3',
      'spin;8769;hot 4',
      '<unknown> 5',
    ]);
    expect(moduleOf(profile, '__ia32_sys_getppid')).toBe('[kernel]');
    expect(moduleOf(profile, 'hot')).toBe('');
    expect(warnings(profile)).toEqual([]);
  });

  it('have ustack before kstack, and parts before both', () => {
    const profile = read(
      '@[spin, \n    getppid+7\n    main+34\n, \n    do_syscall_64+113\n    entry_SYSCALL_64_after_hwframe+118\n]: 3\n',
    );
    expect(stackRows(profile)).toEqual(['spin;main;getppid;entry_SYSCALL_64_after_hwframe;do_syscall_64 3']);
  });

  it('have addresses in raw mode', () => {
    const profile = read(
      '@[\n\tffffffffb4019501\n\tffffffffb3e03ae3\n\n]: 22186\n@[\n    0x5594e49da159\n]: 2\n',
    );
    expect(stackRows(profile)).toEqual(['0xffffffffb3e03ae3;0xffffffffb4019501 22186', '0x5594e49da159 2']);
    expect(moduleOf(profile, '0xffffffffb4019501')).toBe('[kernel]');
    expect(moduleOf(profile, '0x5594e49da159')).toBe('');
  });

  it('are a sample type each, with sums, statistics and negative numbers', () => {
    const profile = read('@a[\n    f+1\n]: -4\n@b[\n    f+1\n]: count 19, average 3, total 57\n');
    expect(stackRows(profile)).toEqual(['f -4 0', 'f 0 57']);
    expect(warnings(profile)).toEqual([
      'Maps of stacks in the file: 2 (a, b); each is a sample type of its own.',
    ]);
  });

  it('say what was left out: histograms, maps without stacks, lines of the program, an entry that is cut off', () => {
    const profile = read(
      '@n: 64\n@h[\n    f+1\n]: \n[4, 8)                 4 |@@@@|\n\n@plain[spin]: 64\nhello\n@[\n    f+1\n]: 2\n@[\n    g+1\n',
    );
    expect(stackRows(profile)).toEqual(['f 2']);
    expect(warnings(profile)).toEqual([
      'Entries left out, as they are no stacks with a number: 5 (the first: line 1: @n: 64).',
    ]);
  });

  it('are read in UTF-16 with CRLF', () => {
    const bytes = new Uint8Array(Buffer.from('\ufeff@[\r\n    f+1\r\n    main+2\r\n]: 7\r\n', 'utf16le'));
    expect(stackRows(readProfile(bytes))).toEqual(['main;f 7']);
  });
});
