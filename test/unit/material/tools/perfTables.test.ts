import { describe, expect, it } from 'vitest';
import { perfTablesReader } from '../../../../src/material/tools/perfTables.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => perfTablesReader.read(materialText(text)).listed ?? [];

describe('perf top and perf report', () => {
  it('reads perf top, which has no command', () => {
    const text = `
   PerfTop:   10183 irqs/sec  kernel:92.3%  exact:  0.0% [4000Hz cycles],  (all, 16 CPUs)
-------------------------------------------------------------------------------

    62.73%  [kernel]       [k] memcg_stat_show
     2.33%  kubelet        [.] runtime.scanobject
     1.00%  kubelet        [.] 0x00000000004f2a31`;
    expect(read(text)).toEqual([
      {
        at: { file: 'post.txt', line: 4 },
        tool: 'perf',
        name: 'memcg_stat_show',
        flat: 0.6273,
        cum: undefined,
        command: undefined,
        isKernel: true,
      },
      {
        at: { file: 'post.txt', line: 5 },
        tool: 'perf',
        name: 'runtime.scanobject',
        flat: 0.0233,
        cum: undefined,
        command: undefined,
        isKernel: false,
      },
    ]);
  });

  it('reads perf report with its command and passes over the chains', () => {
    const text = `
# Overhead  Command          Shared Object               Symbol
# ........  ...............  ..........................  ..........
#
    34.92%  kubelet          [kernel.kallsyms]           [k] native_queued_spin_lock_slowpath
            |
             --33.86%--entry_SYSCALL_64_after_hwframe
                       do_syscall_64
     0.90%  containerd-shim  libc-2.17.so                [.] malloc`;
    expect(read(text)).toMatchObject([
      { name: 'native_queued_spin_lock_slowpath', command: 'kubelet', flat: 0.3492, isKernel: true },
      { name: 'malloc', command: 'containerd-shim', isKernel: false },
    ]);
  });

  it.each([
    ['with children', '+   34.94%     0.50%  kubelet  [kernel.kallsyms]  [k] do_syscall_64', 0.005, 0.3494],
    ['a screen', '-  14,36%  kubelet  [kernel.kallsyms]  [k] do_syscall_64      ', 0.1436, undefined],
    ['samples', '    12.34%         12345  kubelet  [kernel.kallsyms]  [k] do_syscall_64', 0.1234, undefined],
    ['symbols alone', '   12.34%  [k] do_syscall_64', 0.1234, undefined],
    ['quoted rows', '> |   12.34%  kubelet  [kernel]  [k] do_syscall_64  |', 0.1234, undefined],
    [
      'a line of padding',
      `   12.34%  kubelet  [kernel]  [k] do_syscall_64${' '.repeat(200)}`,
      0.1234,
      undefined,
    ],
  ])('reads %s', (_, text, flat, cum) => {
    expect(read(text)).toMatchObject([{ name: 'do_syscall_64', flat, cum }]);
  });

  it('takes no number of samples for a command', () => {
    expect(read(' 12.34%   12345  kubelet  [kernel]  [k] foo')).toMatchObject([{ command: 'kubelet' }]);
  });

  it('has a function of two tables once, with the larger share', () => {
    const text =
      ' 10.00%  [kernel]  [k] foo\n 30.00%  [kernel]  [k] foo\n 20.00%  [kernel]  [k] foo\n 5.00%  kubelet  [.] foo';
    expect(read(text)).toMatchObject([
      { at: { line: 2 }, flat: 0.3, isKernel: true },
      { flat: 0.05, isKernel: false },
    ]);
  });

  it('takes the one column for the command where the header says so', () => {
    expect(read('# Overhead  Command  Symbol\n 12.34%  kubelet  [k] foo')).toMatchObject([
      { command: 'kubelet' },
    ]);
    expect(read('# Overhead  Shared Object  Symbol\n 12.34%  kubelet  [.] foo')).toMatchObject([
      { command: undefined },
    ]);
  });

  it.each(['   12.34%  kubelet', '100% [==========] done', '- [k] foo', 'disk at 99.00% [x] yes'])(
    'finds nothing in %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );
});
