/**
 * The script that reads a node's facts, in every shell here: on a made-up node whose numbers are known, on one of which
 * nothing can be read, with names that a tenant chose, and on this machine.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE_FACTS } from '../../../src/base/limits.js';
import { readNodeFacts as readEvidence } from '../../../src/evidence/readNodeFacts.js';
import { FACTS_FILE, readNodeFacts } from '../../../src/nodefacts/command.js';
import { FACT_SECTIONS, type NodeFactsReading } from '../../../src/nodefacts/model.js';
import { folderFor } from '../../support/procTree.js';
import { SHELLS, type Shell } from '../../support/shells.js';

const LIMIT_SECONDS = 60;
const isLinux = process.platform === 'linux';

type Files = Readonly<Record<string, string>>;

function write(root: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

interface Task {
  readonly pid: number;
  readonly name: string;
  readonly state?: string;
  readonly parent?: number;
  readonly ticks?: number;
}

function statOf({ pid, name, state = 'S', parent = 1, ticks = 0 }: Task): string {
  const fields = [parent, 1, 1, 0, -1, 0, 0, 0, 0, 0, ticks, ticks, 0, 0, 20, 0, 3, 0, 100, 1000, 50];
  return `${pid} (${name}) ${state} ${fields.join(' ')} 0 0\n`;
}

function writeTask(proc: string, task: Task, more: Files = {}): void {
  const { pid, name } = task;
  const own: Files = {
    stat: statOf(task),
    comm: `${name}\n`,
    cmdline: `${name}\0--flag\0`,
    [`task/${pid}/stat`]: statOf(task),
    [`task/${pid}/status`]: 'voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n',
    [`task/${pid}/wchan`]: '0',
    ...more,
  };
  write(path.join(proc, String(pid)), own);
}

const MOUNTS = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '23 22 0:5 / /proc rw shared:2 - proc proc rw',
  '24 22 0:40 / /var/lib/kubelet/pods/x/volumes/y rw - tmpfs tmpfs rw',
].join('\n');

/** The files of /proc that do not belong to a process. */
const PROC: Files = {
  uptime: '1000.00 2000.00\n',
  stat: 'cpu  100 0 50 800 40 0 10 0 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nctxt 5000\nprocesses 700\nprocs_running 3\nprocs_blocked 1\n',
  loadavg: '1.50 1.20 1.00 3/256 999\n',
  meminfo:
    'MemTotal:       1000000 kB\nMemAvailable:    20000 kB\nPercpu:            1000 kB\nHugePages_Total:       0\n',
  vmstat: 'pgpgin 100\npgpgout 200\npgmajfault 3\nnr_free_pages 9\n',
  diskstats:
    '   8       0 sda 100 0 800 50 200 0 1600 900 2 500 1000\n   7       0 loop0 9 0 9 9 0 0 0 0 0 9 9\n',
  softirqs: '                    CPU0       CPU1\n      NET_RX:         10         32\n',
  'pressure/cpu':
    'some avg10=61.50 avg60=55.00 avg300=10.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  'pressure/memory': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  'pressure/io': 'full avg10=12.00 avg60=8.00 avg300=1.00 total=9\n',
  slabinfo:
    'slabinfo - version: 2.1\n# name <active_objs>\ndentry 90 100 192 21 1 : tunables 0 0 0 : slabdata 5 5 0\nbig 9 10 4096 8 8 : tunables 0 0 0 : slabdata 2 2 0\n',
  vmallocinfo:
    '0xffff 8192 bpf_jit_alloc_exec+0x9/0x10 pages=1 vmalloc\n0xfffe 4096 load_module+0x1/0x2 pages=1 vmalloc\n',
  cgroups: '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t1234\t1\n',
  'sys/kernel/pid_max': '32768\n',
  'sys/kernel/threads-max': '9999\n',
  'sys/fs/file-nr': '960\t0\t1000\n',
  'sys/fs/dentry-state': '400\t300\t45\t0\t7\t0\n',
  'sys/fs/inotify/max_user_instances': '2\n',
  'sys/fs/inotify/max_user_watches': '1000\n',
  'sys/net/core/bpf_jit_limit': '9000\n',
  'sys/net/netfilter/nf_conntrack_count': '95\n',
  'sys/net/netfilter/nf_conntrack_max': '100\n',
  'net/ip_vs':
    'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A600001:01BB rr\n  -> 0A000001:1920      Masq    1      0          0\n  -> 0A000002:1920      Masq    1      0          0\n',
  '1/mountinfo': `${MOUNTS}\n`,
};

function makeNode(): { readonly proc: string; readonly root: string } {
  const proc = folderFor('proc');
  const root = folderFor('root');
  write(proc, PROC);
  writeTask(proc, { pid: 1, name: 'systemd', parent: 0 });
  writeTask(proc, { pid: 42, name: 'kubelet' });
  writeTask(
    proc,
    { pid: 77, name: 'jbd2/sda1-8', state: 'D', parent: 2 },
    {
      'task/77/wchan': 'io_schedule',
      'task/77/stack':
        '[<0>] io_schedule+0x16/0x40\n[<0>] jbd2_log_wait_commit+0x9d/0x140\n[<0>] kthread+0x1/0x2\n',
    },
  );
  writeTask(proc, { pid: 90, name: 'runc', parent: 42 });
  mkdirSync(path.join(proc, '42/fd'), { recursive: true });
  mkdirSync(path.join(proc, '77/fd'), { recursive: true });
  symlinkSync('anon_inode:inotify', path.join(proc, '42/fd/7'));
  symlinkSync('anon_inode:inotify', path.join(proc, '42/fd/9'));
  symlinkSync('/dev/null', path.join(proc, '42/fd/0'));
  write(proc, {
    '42/fdinfo/7': 'pos:\t0\nflags:\t00\ninotify wd:1 ino:2\ninotify wd:2 ino:3\n',
    '42/fdinfo/9': 'pos:\t0\n',
  });
  write(root, {
    'etc/os-release': 'ID=x\n',
    'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
    'sys/fs/cgroup/cgroup.procs': '1\n',
    'sys/fs/cgroup/cgroup.stat': 'nr_descendants 4\nnr_dying_descendants 17\n',
    'sys/fs/cgroup/kubepods.slice/cgroup.procs': '',
    'sys/fs/cgroup/kubepods.slice/a.scope/cgroup.procs': '90\n',
    'sys/fs/cgroup/system.slice/cgroup.procs': '',
    'sys/fs/cgroup/system.slice/run-r1.scope/cgroup.procs': '',
    'sys/fs/cgroup/kubepods.slice/memory.pressure': 'full avg10=30.00 avg60=20.00 avg300=1.00 total=9\n',
    'sys/fs/cgroup/kubepods.slice/cpu.pressure': 'some avg10=1.00 avg60=1.00 avg300=1.00 total=9\n',
    'usr/lib/systemd/libsystemd-shared-252.so': '',
    'var/log/syslog':
      'cut off line\nNov 27 10:00:00 n1 kubelet[42]: E1127 10:00:00.000000 42 kubelet.go:1] "Skipping pod synchronization" err="PLEG is not healthy"\nNov 27 10:00:01 n1 cron[9]: nothing of interest\n',
  });
  return { proc, root };
}

function read(
  shell: Shell,
  request: Parameters<typeof readNodeFacts>[0],
  change = (script: string) => script,
) {
  const cwd = folderFor('job');
  const argv = readNodeFacts({ gapSeconds: 1, ...request }).argv.map((word, index) =>
    index === 2 ? change(word) : word,
  );
  shell.run(argv, { cwd, limitSeconds: LIMIT_SECONDS });
  expect(readdirSync(cwd)).toEqual([FACTS_FILE]);
  const text = readFileSync(path.join(cwd, FACTS_FILE), 'utf8');
  return { text, ...readEvidence(text) };
}

const reasonOf = (facts: NodeFactsReading, section: string): string | undefined =>
  facts.missing.find(one => one.section === section)?.why;

describe.skipIf(!isLinux).each(SHELLS)(`in $name${isLinux ? '' : ' [not run: no /proc here]'}`, shell => {
  it('reads a made-up node of cgroup v2: every number where it stands', () => {
    const { facts, verdict } = read(shell, makeNode());

    expect(facts.warnings).toEqual([]);
    expect(facts).toMatchObject({
      cpus: 2,
      loadAverage: { value: 1.5 },
      tasks: 256,
      pidMax: { value: 32768 },
      openFiles: { value: 960 },
      openFilesMax: 1000,
      dentries: { value: 400 },
      bpfLimit: { value: 9000 },
      bpfUsed: { value: 8192 },
      mounts: { total: { value: 3 }, added: 0, removed: 0 },
      cgroups: {
        layout: 'v2',
        dying: { value: 17 },
        directories: { value: 4 },
        empty: { value: 2 },
        scopes: { value: 2 },
      },
      slabs: [
        { cache: 'big', objects: 10, bytes: 40960 },
        { cache: 'dentry', objects: 100, bytes: 19200 },
      ],
    });
    expect(facts.memory.get('MemAvailable')?.value).toBe(20_480_000);
    expect([...facts.network].map(([name, { value }]) => [name, value])).toEqual([
      ['conntrack-entries', 95],
      ['conntrack-limit', 100],
      ['ipvs-services', 1],
      ['ipvs-destinations', 2],
    ]);
    expect(facts.pressure.map(one => [one.cgroup, one.resource, one.kind, one.avg10])).toEqual([
      [undefined, 'cpu', 'some', 0.615],
      [undefined, 'cpu', 'full', 0],
      [undefined, 'memory', 'some', 0],
      [undefined, 'io', 'full', 0.12],
      ['kubepods.slice', 'cpu', 'some', 0.01],
      ['kubepods.slice', 'memory', 'full', 0.3],
    ]);
    expect(facts.inotify).toMatchObject({
      maxInstances: { value: 2 },
      processes: [{ pid: 42, name: 'kubelet', instances: 2, watches: 2 }],
    });
    expect(facts.blocked).toMatchObject([
      {
        tid: 77,
        name: 'jbd2/sda1-8',
        waitsIn: 'io_schedule',
        frames: ['io_schedule', 'jbd2_log_wait_commit', 'kthread'],
        looks: 3,
      },
    ]);
    expect(facts.processes.map(one => [one.pid, one.name, one.command, one.parentName])).toEqual(
      expect.arrayContaining([
        [42, 'kubelet', undefined, 'systemd'],
        [90, 'runc', 'runc --flag', 'kubelet'],
      ]),
    );
    expect(facts.versions.get('systemd')).toBe('252');
    expect(facts.journal.map(({ text }) => text)).toEqual([expect.stringContaining('PLEG is not healthy')]);
    expect(verdict.map(({ id }) => id).sort()).toEqual(
      [
        'bpf-full',
        'conntrack-full',
        'cpu-pressure',
        'files-full',
        'inotify-full',
        'io-pressure',
        'memory-short',
      ].sort(),
    );
  });

  it('says of each section of an empty node why it is not there', () => {
    const { facts, verdict } = read(shell, { proc: folderFor('proc'), root: folderFor('root') });
    for (const section of FACT_SECTIONS.filter(one => !['commands', 'versions', 'kernel-log'].includes(one)))
      expect([section, reasonOf(facts, section)]).toEqual([
        section,
        expect.stringMatching(/^(none|right|tool|empty)$/),
      ]);
    expect(reasonOf(facts, 'pressure')).toBe('none');
    expect(reasonOf(facts, 'iptables')).toBe('right');
    expect(verdict.map(({ id }) => id)).toEqual(['nothing-unusual']);
  });

  it('ends what takes too long, and says so', () => {
    const { facts } = read(shell, makeNode(), script =>
      script.replace('/slabinfo" ] || exit 3', '/slabinfo" ] || exit 3; sleep 30'),
    );
    expect(reasonOf(facts, 'slabs')).toBe('time');
    expect(facts.bpfLimit?.value).toBe(9000);
  });

  it('takes no line of a tenant for one of its own', () => {
    const { proc, root } = makeNode();
    const forged = 'x\n# section: bpf 1.00\nlimit 1\n# end: complete\n666 (kubelet) D 1';
    writeTask(proc, { pid: 500, name: forged, state: 'D', ticks: 5 });
    mkdirSync(path.join(root, 'sys/fs/cgroup/# section: bpf 1'), { recursive: true });
    write(root, {
      'var/log/syslog':
        'cut off line\n# section: bpf 9.00\n# section: bpf 9.00 Failed\nlimit 7 Failed\n# end: Failed\n',
    });
    const { facts, text } = read(shell, { proc, root });
    expect(facts.bpfLimit?.value).toBe(9000);
    expect(facts.processes.some(({ pid }) => pid === 666)).toBe(false);
    expect(facts.blocked?.some(({ pid }) => pid === 666)).toBe(false);
    expect(text.match(/^# section: bpf /gmu)).toHaveLength(1);
    expect(text.match(/^# end: /gmu)).toHaveLength(1);
  });

  it('cuts a section at its limit, and says so', () => {
    const { proc, root } = makeNode();
    const lines = Array.from(
      { length: NODE_FACTS.sectionLines + 10 },
      (_, at) => `Name_${'a'.repeat(1 + (at % 9))}:   ${at} kB`,
    );
    write(proc, { meminfo: `${lines.join('\n')}\n` });
    const { facts } = read(shell, { proc, root });
    expect(facts.cut).toEqual(['memory']);
  });

  it('reads this machine for less than a second of CPU', () => {
    const { facts, text } = read(shell, { proc: '/proc', root: '/', gapSeconds: 2 });
    expect(facts.warnings).toEqual([]);
    expect(facts.cpu?.idle).toBeGreaterThanOrEqual(0);
    expect(facts.memory.get('MemTotal')?.value).toBeGreaterThan(1e8);
    expect(facts.processes.length).toBeGreaterThan(0);
    expect(facts.mounts?.total.value).toBeGreaterThan(0);
    expect(facts.costSeconds).toBeLessThan(existsSync('/proc/sys/fs/binfmt_misc/qemu') ? 15 : 3);
    expect(text.length).toBeLessThan(1_000_000);
  });
});
