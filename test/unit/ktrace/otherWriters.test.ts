/** The kernel's system call events by other writers than our own script: each as perf 6.1, trace-cmd and tracefs print it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { looksLikeKernelTrace } from '../../../src/ktrace/looksLikeKernelTrace.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { recogniseEvidence } from '../../../src/evidence/recogniseEvidence.js';
import { inspectKernelTrace } from '../../support/readText.js';

const readCase = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/ktrace', name), 'utf8');

const PERF_RAW = `         kubelet  1234 [001]  5432.100001: raw_syscalls:sys_enter: NR 202 (c000680148, 80, 0, 0, 0, 0)
    kube worker 1235 [000]  5432.100101: raw_syscalls:sys_enter: NR 202 (c000680148, 81, 1, 0, 0, 0)
    kube worker 1235 [000]  5432.100121:  raw_syscalls:sys_exit: NR 202 = 1
         kubelet  1234 [001]  5432.100161:  raw_syscalls:sys_exit: NR 202 = 0
`;
const PERF_NAMED = `         kubelet  1234/1234 [001]  5432.100001:  syscalls:sys_enter_futex: uaddr: 0xc000680148, op: 0x00000080, val: 0x00000000, utime: 0x00000000, uaddr2: 0x00000000, val3: 0x00000000
         kubelet  1234/1235 [000]  5432.100101:          1  syscalls:sys_enter_futex: uaddr: 0xc000680148, op: 0x00000081, val: 0x00000001, utime: 0x00000000, uaddr2: 0x00000000, val3: 0x00000000
         kubelet  1234/1235 [000]  5432.100121:   syscalls:sys_exit_futex: 0x1
         kubelet  1234/1234 5432.100161:   syscalls:sys_exit_futex: 0x0
`;
const TRACE_CMD_NAMED = `version = 6
CPU 1 is empty
cpus=2
         kubelet-1234  [001]  5432.100001: sys_enter_futex:      uaddr: 0xc000680148, op: 0x00000080, val: 0x00000000, utime: 0x00000000, uaddr2: 0x00000000, val3: 0x00000000
         kubelet-1235  [000] .....  5432.100101: sys_enter_futex:      uaddr: 0xc000680148, op: 0x00000081, val: 0x00000001, utime: 0x00000000, uaddr2: 0x00000000, val3: 0x00000000
         kubelet-1235  [000]  5432.100121: sys_exit_futex:       0x1
         kubelet-1234  [001]  5432.100161: sys_exit_futex:       0x0
`;
const PERF_TRACE = `     0.000 (         ): kubelet/1234 futex(uaddr: 0xc000680148, op: WAIT|PRIVATE_FLAG)                      ...
     0.100 ( 0.020 ms): kubelet/1235 futex(uaddr: 0xc000680148, op: WAKE|PRIVATE_FLAG, val: 1)           = 1
     0.000 ( 0.160 ms): kubelet/1234  ... [continued]: futex())                                            = 0
`;

describe('system call events of other writers', () => {
  it.each([
    ['trace-cmd report', readCase('trace-cmd-report.txt')],
    ['trace-cmd report of events/syscalls', TRACE_CMD_NAMED],
    ['tracefs with events/syscalls', readCase('ftrace-syscalls-events.txt')],
    ['perf script of raw_syscalls', PERF_RAW],
    ['perf script of syscalls', PERF_NAMED],
    ['perf trace', PERF_TRACE],
    ['perf trace with CRLF', PERF_TRACE.replaceAll('\n', '\r\n')],
    ['trace-cmd report with CRLF', readCase('trace-cmd-report.txt').replaceAll('\n', '\r\n')],
    ['events/syscalls with CRLF', readCase('ftrace-syscalls-events.txt').replaceAll('\n', '\r\n')],
  ])('are counted as our own: %s', (_, text) => {
    expect(looksLikeKernelTrace(text)).toBe(true);
    const report = inspectKernelTrace(text);
    expect(report.events).toBe(4);
    expect(report.calls).toEqual([{ number: 202, syscall: 'futex', calls: 2, errors: 0, microseconds: 180 }]);
    expect(report.futex.operations).toEqual([
      { op: 'FUTEX_WAIT_PRIVATE', result: '0', calls: 1 },
      { op: 'FUTEX_WAKE_PRIVATE', result: '1', calls: 1 },
    ]);
    expect(report.warnings).toEqual([]);
    const { calls, spanSeconds } = parseEvents(text);
    expect(calls.map(({ tid, futex }) => `${tid} ${futex!.address} ${futex!.timeout.kind}`).sort()).toEqual([
      '1234 0xc000680148 none',
      '1235 0xc000680148 none',
    ]);
    expect(spanSeconds).toBeCloseTo(0.00016, 7);
  });

  it('have errors as the kernel and as perf print them, and names of the kernel’s own', () => {
    const tracefs = `# tracer: nop
 a-1  [000] .....  1.000000: sys_newfstatat(dfd: 0xffffff9c, filename: 0x56, statbuf: 0x7f, flag: 0)
 a-1  [000] .....  1.000010: sys_newfstatat -> 0xfffffffffffffffe
 a-1  [000] .....  1.000020: sys_newuname(name: 0x1)
 a-1  [000] .....  1.000030: sys_newuname -> 0x0
 a-1  [000] .....  1.000040: sys_brand_new(name: 0x1)
 a-1  [000] .....  1.000050: sys_brand_new -> 0x0
`;
    expect(parseEvents(tracefs).calls.map(({ syscall, result }) => `${syscall} ${result!}`)).toEqual([
      'newfstatat ENOENT',
      'uname 0',
      'brand_new 0',
    ]);
    const perfTrace = `         ? (         ): ls/9  ... [continued]: execve())                            = 0
     0.161 ( 0.010 ms): ls/9 access(filename: 0x2aa6f2a0, mode: R)                = -1 ENOENT (No such file or directory)
     0.178 ( 0.011 ms): ls/9 read(fd: 4, buf: 0x7ff, count: 832)                  = 832
     0.200 (         ): ls/9 poll(ufds: 0x1)                                      ...
`;
    const trace = parseEvents(perfTrace);
    expect(trace.calls.map(({ syscall, result, isError }) => `${syscall} ${result} ${isError}`)).toEqual([
      'execve 0 false',
      'access ENOENT true',
      'read 832 false',
      'poll undefined false',
    ]);
    expect(trace.endsWithoutStart).toBe(1);
    expect(trace.calls[2]!.descriptor).toBe(4);
  });

  it('count what trace-cmd dropped, and the lines they cannot use, with the first', () => {
    const text = `${readCase('trace-cmd-report.txt')}CPU:0 [7 EVENTS DROPPED]\n kubelet-1  [001]  5432.2: sched_switch: x\nfoo\n`;
    const report = inspectKernelTrace(text);
    expect(report.lost).toBe(7);
    expect(report.warnings[1]).toBe(
      '2 lines are no system call events. The first: kubelet-1 [001] 5432.2: sched_switch: x',
    );
  });

  it.each([
    [
      'tracer function',
      '# tracer: function\n#\n bash-9   [000] .....  4315.594604: do_sys_open <-do_filp_open\n',
    ],
    ['tracer nop', '# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:2\n'],
    [
      'the first event: sched_switch',
      'cpus=2\n bash-29342   [000]  4315.594604: sched_switch:   prev_comm=bash\n',
    ],
  ])('are missed where there are none, and the text is refused by name: %s', (seen, text) => {
    expect(recogniseEvidence(new TextEncoder().encode(text))).toBe('ktrace');
    expect(() => inspectKernelTrace(text)).toThrow(
      `This is a text of the kernel's tracing without system calls (${seen}): trace-cmd or KernelShark reads it.`,
    );
  });

  it('are a profile where perf recorded call chains', () => {
    expect(
      looksLikeKernelTrace(`${PERF_RAW.split('\n', 1)[0]!}\n\t    7f3a10 read+0x1 (/lib/libc.so)\n\n`),
    ).toBe(false);
  });
});
