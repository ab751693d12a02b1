import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { StringReader } from '../../../../src/profile/packedStrings.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));

const BASIC = `# captured on: Mon
kubelet  1234/1240  [001] 12345.678901:     250000 cpu-clock:pppH: 
	ffffffff810a2b3c do_syscall_64+0x5b ([kernel.kallsyms])
	          4b3e0c syscall.RawSyscall6+0x2c (/usr/bin/kubelet)
	          4b3e65 net/http.(*Client).Do+0x1 (/usr/bin/kubelet)

kubelet  1234/1241  [000] 12345.679901:     250000 cpu-clock:pppH: 
	          4b3e65 [unknown] (/usr/bin/kubelet (deleted))
`;

const SHOWN_FIRST =
  'Shown first: period, the periods of cpu-clock:pppH that the samples stand for; their number is samples.';

describe('perf script text', () => {
  it('is read with the command as root, and its last event without a blank line behind it', () => {
    const profile = read(BASIC);
    expect(profile.format).toBe('perf-script');
    expect(profile.sampleTypes).toEqual([
      { type: 'samples', unit: 'count' },
      { type: 'period', unit: 'nanoseconds' },
    ]);
    expect(profile.defaultSampleType).toBe(1);
    expect(stackRows(profile)).toEqual([
      'kubelet;net/http.(*Client).Do;syscall.RawSyscall6;do_syscall_64 1 250000',
      'kubelet;[kubelet] 1 250000',
    ]);
    const names = new StringReader(profile.strings);
    expect(Array.from(profile.functions.module, index => names.get(index))).toEqual([
      '',
      '/usr/bin/kubelet',
      '/usr/bin/kubelet',
      '[kernel.kallsyms]',
      '/usr/bin/kubelet (deleted)',
    ]);
    expect(profile.warnings.map(formatSentence)).toEqual([SHOWN_FIRST]);
  });

  it.each([
    ['pid only, no period', 'swapper     0 [000] 158665.570607: cpu-clock: ', 'swapper'],
    ['no processor', 'java 25607 4794564.109216: cycles: ', 'java'],
    ['pid and thread without processor', 'java 12688/12764 6544038.708352: cpu-clock: ', 'java'],
    ['a command with blanks', 'V8 WorkerThread 24636/25607 [000] 94564.109216: cycles:', 'V8 WorkerThread'],
    ['no time', 'kubelet 12/13 [001] cycles:u: ', 'kubelet'],
    ['a command of one letter', 'a 12 [000] 1.5: cycles: ', 'a'],
    [
      'a tracepoint’s fields',
      'bash 7 [000] 1.5: sched:sched_switch: prev_comm=bash prev_pid=7 ==> next_pid=0',
      'bash',
    ],
  ])('has headers with %s', (_, header, command) => {
    const profile = read(`${header}\n\t  4b3e0c work+0x2c (/bin/x)\n\n`);
    expect(stackRows(profile)).toEqual([`${command};work 1`]);
    expect(profile.warnings).toEqual([]);
  });

  it('marks inlined frames and gives them the object of the function around', () => {
    const profile = read(`x 1 [000] 1.5: cycles: 
	  10 inner (inlined)
	     middle (inlined)
	  10 outer+0x2 (/bin/x)
	  20 main+0x2 (/bin/x)
`);
    expect(stackRows(profile)).toEqual(['x;main;outer;[middle];[inner] 1']);
    const names = new StringReader(profile.strings);
    const modules = Array.from(profile.functions.module, index => names.get(index));
    expect(modules).toEqual(['', '/bin/x', '/bin/x', '/bin/x', '/bin/x']);
  });

  it('takes the source line below a frame', () => {
    const profile = read(`x 1 [000] 1.5: cycles: 
	  20 main+0x2 (/bin/x)
  main.c:12
`);
    expect(stackRows(profile)).toEqual(['x;main 1']);
    expect([...profile.frames.line]).toEqual([0, 12]);
  });

  it('makes every kind of event a sample type of its own and says so', () => {
    const profile = read(`x 1 [000] 1.5:  1000 cycles: 
	  20 main+0x2 (/bin/x)

x 1 [000] 1.6:  7 instructions: 
	  20 main+0x2 (/bin/x)

`);
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
      'cycles/count',
      'instructions/count',
      'cycles period/count',
      'instructions period/count',
    ]);
    expect(stackRows(profile)).toEqual(['x;main 1 0 1000 0', 'x;main 0 1 0 7']);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Shown first: cycles period, the periods of cycles that the samples stand for; their number is cycles.',
      'Kinds of event in the file: 2 (cycles, instructions); each is a sample type of its own.',
    ]);
  });

  it('keeps a sample without frames, and counts lines that are none', () => {
    const profile = read(`${BASIC}\nx 1 [000] 1.5: cpu-clock:pppH: \n\nwhat is this\n`);
    expect(stackRows(profile)[2]).toBe('x 1 0');
    expect(profile.warnings.map(formatSentence)).toEqual([
      SHOWN_FIRST,
      'Lines left out, as they are no part of the format: 1 (the first: line 12: what is this).',
    ]);
  });

  it('is read through CRLF', () => {
    expect(stackRows(read(BASIC.replaceAll('\n', '\r\n')))).toEqual(stackRows(read(BASIC)));
  });

  it('may be 5,000 frames deep', () => {
    const frames = '\t 20 walk+0x2 (/bin/x)\n'.repeat(5000);
    const profile = read(`x 1 [000] 1.5: cycles: \n${frames}`);
    expect(profile.samples.frames).toHaveLength(5001);
  });
});
