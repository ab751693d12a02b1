import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { StringReader } from '../../../../src/profile/packedStrings.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import { stackRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));

/** As Go 1.13 printed it when this story began: no columns. */
const OLD = `PeriodType: cpu nanoseconds
Period: 10000000
Time: 2020-10-12 11:27:38.123456789 +0800 CST
Duration: 60.01
Samples:
samples/count cpu/nanoseconds
          3   30000000: 1 2 3 
          1   10000000: 4 
Locations
     1: 0x45e8d1 M=1 runtime.futex /usr/local/go/src/runtime/sys_linux_amd64.s:567 s=0
     2: 0x42f5a4 M=1 runtime.futexsleep /usr/local/go/src/runtime/os_linux.go:44 s=0
             runtime.notetsleep_internal /usr/local/go/src/runtime/lock_futex.go:193 s=0
     3: 0x40a0 M=1 runtime.mcall /usr/local/go/src/runtime/asm_amd64.s:318 s=0
     4: 0x7f00 M=2 
Mappings
1: 0x400000/0x3d6a000/0x0 /usr/bin/kubelet 1f2e3d [FN]
2: 0x7ffc0000/0x7ffc2000/0x0 [vdso]  
`;

describe('go tool pprof -raw text', () => {
  it('is read in the form without columns', () => {
    const profile = read(OLD);
    expect(profile.format).toBe('pprof-raw');
    expect(profile.warnings).toEqual([]);
    expect(stackRows(profile)).toEqual([
      'runtime.mcall;runtime.notetsleep_internal;[runtime.futexsleep];runtime.futex 3 30000000',
      '[vdso] 1 10000000',
    ]);
    expect(summarizeProfile(profile)).toMatchObject({
      sampleTypes: [
        { type: 'samples', unit: 'count' },
        { type: 'cpu', unit: 'nanoseconds' },
      ],
      defaultSampleType: 1,
      timeMs: Date.UTC(2020, 9, 12, 3, 27, 38, 123) + 0.456789,
      durationNanos: 60_010_000_000,
      period: 10_000_000,
      periodType: { type: 'cpu', unit: 'nanoseconds' },
    });
    const names = new StringReader(profile.strings);
    expect(Array.from(profile.functions.module, index => names.get(index))).toEqual([
      '/usr/bin/kubelet',
      '/usr/bin/kubelet',
      '/usr/bin/kubelet',
      '/usr/bin/kubelet',
      '[vdso]',
    ]);
    expect(names.get(profile.functions.file[0]!)).toBe('/usr/local/go/src/runtime/sys_linux_amd64.s');
    expect(profile.frames.line[0]).toBe(567);
  });

  it('is read through CRLF and behind a terminal’s own lines', () => {
    const text = `Fetching profile over HTTP from http://localhost\nSaved profile in /root/pprof\n${OLD}`;
    expect(stackRows(read(text.replaceAll('\n', '\r\n')))).toEqual(stackRows(read(OLD)));
  });

  it('has labels, comments, a default type and names with spaces', () => {
    const profile = read(`Comment: taken by hand
PeriodType: space bytes
Period: 524288
Samples:
alloc_space/bytes[dflt] inuse_space/bytes
       1024          0: 1 2 
                bytes:[512]
                pod:[etcd 1] zone:[a]
          0         -3: 2 
Locations
     1: 0x10 M=1 New[go.shape.struct { A int }] C:/Program Files/x/x.go:12:4 s=10(New[...])
     2: 0x20 [F] operator new(unsigned long) x.cc:3:0 s=1(_Znwm)
Mappings
1: 0x0/0x0/0x0   
`);
    expect(stackRows(profile)).toEqual([
      'operator new(unsigned long);New[go.shape.struct { A int }] 1024 0',
      'operator new(unsigned long) 0 -3',
    ]);
    const names = new StringReader(profile.strings);
    expect(names.get(profile.functions.file[0]!)).toBe('C:/Program Files/x/x.go');
    expect(profile.defaultSampleType).toBe(0);
    expect(profile.comments).toEqual(['taken by hand']);
    expect(profile.warnings).toEqual([]);
  });

  it('counts the lines it cannot use', () => {
    const profile = read(OLD.replace('Locations\n', 'what is this\nLocations\nand this\n'));
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Lines left out, as they are no part of the format: 2 (the first: line 9: what is this).',
    ]);
    expect(profile.samples.count).toBe(2);
  });

  it.each([
    [
      'in the samples',
      '     1: 0x45',
      'The profile is cut off: it ends in the middle of the list of locations.',
    ],
    [
      'in the locations',
      '     3: 0x40a0',
      'The profile is cut off: it ends in the middle of the list of locations.',
    ],
    ['in the header', 'samples/count', 'The profile is cut off: it ends in the middle of the header.'],
  ])('is refused when cut off %s', (_, before, message) => {
    expect(() => read(OLD.slice(0, OLD.indexOf(before)))).toThrow(message);
  });

  it('warns when only the mappings are cut off', () => {
    const profile = read(OLD.slice(0, OLD.indexOf('Mappings')));
    expect(profile.samples.count).toBe(2);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'The text ends before its list of mappings: it may be cut off.',
    ]);
  });

  it('is refused where it contradicts itself', () => {
    expect(() => read(OLD.replace(': 1 2 3 ', ': 1 2 77 '))).toThrow(
      'line 7 names location 77, which the file does not have',
    );
    expect(() => read(OLD.replace('   30000000: 1', ': 1'))).toThrow(
      'line 7 has 1 values for 2 sample types',
    );
  });
});
