/** Seeds that no fixture has: formats of other tools in small, a bundle, and what people put into a folder for triage. */
import { rawZip } from '../support/rawZip.js';
import type { Seed } from './seeds.js';

const text = (name: string, ...lines: readonly string[]): Seed => ({
  name,
  bytes: new TextEncoder().encode(`${lines.join('\n')}\n`),
});

/** Words of 64 bits, little-endian, as gperftools' CPU profiles have them. */
function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values.map(BigInt)).buffer);
}

export const MADE_SEEDS: readonly Seed[] = [
  {
    name: 'profiles/made-legacy-cpu.bin',
    bytes: new Uint8Array(
      Buffer.concat([
        words(0, 3, 0, 10_000, 0, 7, 2, 0x401000, 0x401100, 3, 1, 0x401200, 0, 1, 0),
        Buffer.from('00400000-00500000 r-xp 00000000 08:01 12 /usr/bin/kubelet\n'),
      ]),
    ),
  },
  text(
    'profiles/made-legacy-heap.txt',
    'heap profile: 12: 4096 [ 40: 81920] @ heap/1048576',
    '3: 1024 [ 10: 20480] @ 0x401000 0x401100 0x401200',
    '9: 3072 [ 30: 61440] @ 0x402000',
    '',
    'MAPPED_LIBRARIES:',
    '00400000-00500000 r-xp 00000000 08:01 12 /usr/bin/kubelet',
  ),
  text(
    'profiles/made-contention.txt',
    '--- contention:',
    'cycles/second = 2400000000',
    'sampling period = 100',
    '1200 3 @ 0x401000 0x401100',
    '900 1 @ 0x401200',
  ),
  text(
    'stacks/made-perf-callgraph.txt',
    'kubelet 812/819 [001] 5123.402114:   10101010 cpu-clock:ppp: ',
    '\tffffffff811a2b3c memcg_stat_show+0x4c ([kernel.kallsyms])',
    '\t          46b5fe runtime.futex+0x1e (/usr/bin/kubelet)',
    '',
    'kubelet 812/820 [000] 5123.412114:   10101010 cpu-clock:ppp: ',
    '\t          46b5fe [unknown] (/usr/bin/kubelet)',
  ),
  text(
    'stacks/made-folded.txt',
    'kubelet;runtime.mcall;runtime.schedule 12',
    'kubelet;housekeeping;syscall.Syscall_[k] 30',
    'a;b;c 1 2',
  ),
  text(
    'strace/made-options.txt',
    '812   10:00:00.000100 [ 46b5fe] openat(AT_FDCWD, "/sys/fs/cgroup/memory/memory.stat", O_RDONLY) = 7</sys/fs/cgroup/memory/memory.stat> <0.000031>',
    '812   10:00:00.000200 read(7, "cache 0"..., 4096) = 1012 <9.063000>',
    '813   10:00:00.000300 futex(0xc000100150, FUTEX_WAIT_PRIVATE, 0, {tv_sec=0, tv_nsec=9863000} <unfinished ...>',
    '813   10:00:00.010300 <... futex resumed>) = -1 ETIMEDOUT (Connection timed out) <0.009950>',
    '--- SIGURG {si_signo=SIGURG, si_code=SI_TKILL} ---',
  ),
  text(
    'triage/made-top.txt',
    'top - 10:00:00 up 80 days,  load average: 31.20, 28.11, 20.02',
    '%Cpu(s):  8.1 us, 61.2 sy,  0.0 ni, 28.0 id,  2.0 wa,  0.0 hi,  0.7 si,  0.0 st',
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
    '    812 root      20   0 4890232 180332  66120 S 102.3   0.6 900:11.02 kubelet',
  ),
  text(
    'triage/made-post.md',
    '```',
    '# time cat /sys/fs/cgroup/memory/memory.stat >/dev/null',
    'real\t0m9.061s',
    'user\t0m0.000s',
    'sys\t0m9.058s',
    '```',
    'E1127 10:00:00.123456     812 kubelet.go:2448] "Container runtime not ready" err="PLEG is not healthy: pleg was last seen active 3m11s ago; threshold is 3m0s"',
    'avg-cpu:  %user   %nice %system %iowait  %steal   %idle',
    '           8.10    0.00   61.20    2.00    0.00   28.00',
    'Device            r/s     w/s     rkB/s     wkB/s  await  %util',
    'nvme0n1          10.0   900.0      40.0   36000.0  210.1  100.0',
    'some avg10=41.20 avg60=38.10 avg300=20.00 total=123456789',
  ),
  text(
    'triage/made-metrics.txt',
    '# TYPE kubelet_pleg_relist_duration_seconds histogram',
    'kubelet_pleg_relist_duration_seconds_bucket{le="0.5"} 10',
    'kubelet_pleg_relist_duration_seconds_bucket{le="+Inf"} 40',
    'kubelet_pleg_relist_duration_seconds_sum 81.5',
    'kubelet_pleg_relist_duration_seconds_count 40',
    'process_cpu_seconds_total 12345.6',
  ),
  {
    name: 'bundles/made.zip',
    bytes: new Uint8Array(
      rawZip([
        {
          name: 'a/capture.json',
          content:
            '{"schema":1,"state":"complete","profile":"cpu","startedAt":"2026-11-27T00:00:00Z","files":[]}',
        },
        { name: 'a/cpu.pb.gz', content: 'x' },
      ]),
    ),
  },
];
