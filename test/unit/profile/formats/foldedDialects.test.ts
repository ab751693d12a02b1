/** Folded stacks as each tool writes them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { StringReader } from '../../../../src/profile/packedStrings.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows, topRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
/** `name module` of every function. */
const modules = (profile: ReturnType<typeof read>) => {
  const names = new StringReader(profile.strings);
  const { name, module } = profile.functions;
  return Array.from(name, (index, func) => `${names.get(index)} ${names.get(module[func]!)}`.trim());
};

describe('async-profiler', () => {
  it('has the suffixes told apart from the name: one function, however it was compiled', () => {
    const bytes = readFileSync(
      path.join(import.meta.dirname, '../../../fixtures/stacks/async-profiler-annotated.txt'),
    );
    const profile = readProfile(bytes);
    expect(topRows(profile)).toContain('java/lang/Thread.run 0 12');
    expect(topRows(profile)).toContain('java/util/HashMap.put 5 12');
    expect(stackRows(profile)[0]).toBe(
      'java/lang/Thread.run;demo1/Main.loop;java/util/HashMap.put;[java/util/HashMap.hash] 7',
    );
    expect(modules(profile)).toContain('do_syscall_64 [kernel]');
    expect(modules(profile)).toContain('java/lang/Thread.run');
  });
});

describe('bcc', () => {
  it('parts the user’s stack from the kernel’s with a dash, which is no function', () => {
    const profile = read('spin;main;getppid;-;entry_SYSCALL_64_after_hwframe;do_syscall_64 5\nspin;main 2\n');
    expect(stackRows(profile)).toEqual([
      'spin;main;getppid;entry_SYSCALL_64_after_hwframe;do_syscall_64 5',
      'spin;main 2',
    ]);
    expect(modules(profile)).toContain('do_syscall_64 [kernel]');
    expect(modules(profile)).toContain('getppid');
  });

  it('parts the waker’s side with two', () => {
    const profile = read('sleeper;main;-;schedule;--;wake_up;-;pthread_cond_signal;waker 7\n');
    expect(stackRows(profile)).toEqual(['sleeper;main;schedule;--;wake_up;pthread_cond_signal;waker 7']);
    expect(modules(profile)).toContain('schedule [kernel]');
    expect(modules(profile)).toContain('waker [waker]');
  });
});

describe('py-spy', () => {
  it('has file and line told apart from the name: one function, whichever line it was on', () => {
    const profile = read(
      'process 7:"python3 w.py";thread (7): MainThread;<module> (w.py:9);outer (w.py:8);inner (w.py:4) 45\n' +
        '<module> (w.py:9);outer (w.py:8);inner (w.py:3) 5\n<module> (<string>:1);gc_collect (libpython3.11.so.1.0);inner (w.py:3) 1\n',
    );
    expect(topRows(profile)).toContain('inner 51 51');
    expect(stackRows(profile)[0]).toBe(
      'process 7:"python3 w.py";thread (7): MainThread;<module>;outer;inner 45',
    );
    expect(modules(profile)).toContain('gc_collect libpython3.11.so.1.0');
    expect([...new Set(profile.frames.line)].sort()).toEqual([0, 1, 3, 4, 8, 9]);
  });

  it('is not seen where parentheses say something else', () => {
    expect(stackRows(read('main;read (user) 3\nmain;f (12) 1\n'))).toEqual([
      'main;read (user) 3',
      'main;f (12) 1',
    ]);
  });
});

describe('Austin', () => {
  const text = (mode: string, stacks: string) =>
    `# austin: 3.6.0\n# interval: 100\n# mode: ${mode}\n\n${stacks}\n# duration: 2000000\n`;

  it('has its # lines as facts', () => {
    const profile = read(
      text('cpu', 'P7;T0:140;/a/w.py:outer:8;/a/w.py:inner:4 1500\nP7;T0:140;/a/w.py:outer:9 500'),
    );
    expect(profile.sampleTypes).toEqual([{ type: 'cpu', unit: 'microseconds' }]);
    expect(profile.durationNanos).toBe(2e9);
    expect(profile.period).toBe(100);
    expect(profile.comments).toEqual(['austin: 3.6.0', 'interval: 100', 'mode: cpu', 'duration: 2000000']);
    expect(stackRows(profile)).toEqual(['P7;T0:140;outer;inner 1500', 'P7;T0:140;outer 500']);
    expect(topRows(profile)).toContain('outer 500 2000');
    expect(profile.warnings).toEqual([]);
  });

  it('has three values in its full mode, and bytes in that of memory', () => {
    const full = read(text('full', 'P7;/a/w.py:f:8 1500,0,-4096\nP7;/a/w.py:g:9 500,1,0'));
    expect(full.sampleTypes.map(({ type }) => type)).toEqual(['wall', 'cpu', 'memory']);
    expect(stackRows(full)).toEqual(['P7;f 1500 1500 -4096', 'P7;g 500 0 0']);
    expect(read(text('memory', 'P7;/a/w.py:f:8 4096')).sampleTypes[0]!.unit).toBe('bytes');
  });
});

describe('differential folded stacks', () => {
  it('are two sample types, of which the later is shown first', () => {
    const profile = read('main;a 10 30\nmain;worker 2 0 5\nmain;c\n');
    expect(profile.sampleTypes).toEqual([
      { type: 'before', unit: 'count' },
      { type: 'after', unit: 'count' },
    ]);
    expect(profile.defaultSampleType).toBe(1);
    expect(stackRows(profile)).toEqual(['main;a 10 30', 'main;worker 2 0 5']);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Lines left out, as they have no count at the end: 1 (the first: line 3: main;c).',
    ]);
  });

  it('are none where a frame merely ends in a number', () => {
    expect(stackRows(read('main;worker 2 7\nmain;other 3\n'))).toEqual(['main;worker 2 7', 'main;other 3']);
  });

  it('are read in UTF-16 and with CRLF', () => {
    expect(stackRows(readProfile(utf16('main;a 10 30\r\nmain;b 1 2\r\n')))).toEqual([
      'main;a 10 30',
      'main;b 1 2',
    ]);
  });
});
