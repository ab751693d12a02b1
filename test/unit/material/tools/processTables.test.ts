import { describe, expect, it } from 'vitest';
import { processTablesReader } from '../../../../src/material/tools/processTables.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => processTablesReader.read(materialText(text)).processes ?? [];

describe('tables of processes', () => {
  it('reads top, its sizes and its minutes without end', () => {
    const rows = read(`
top - 09:48:06 up 2 days, 13:36,  3 users,  load average: 44.29, 45.71, 44.37

  PID USER      PR  NI    VIRT    RES    SHR S  %CPU %MEM     TIME+ COMMAND
 5138 root      20   0 3052800 120232  38952 S 241.8  0.7 563:14.33 kubelet
    9 root      rt   0       0      0      0 D   3.0  0.0   0:00.79 migration/0
 2988 web       20   0   12.3g   3.2g  20m R   9.1 66.4   1:50.81 java`);
    expect(rows).toMatchObject([
      {
        at: { file: 'post.txt', line: 4 },
        tool: 'top',
        pid: 5138,
        command: 'kubelet',
        residentBytes: 120232 * 1024,
        state: 'S',
        cpuSeconds: 563 * 60 + 14.33,
      },
      { command: 'migration/0', state: 'D', cores: 0.03 },
      { command: 'java', residentBytes: Math.round(3.2 * 1024 ** 3) },
    ]);
    expect(rows[0]?.cores).toBeCloseTo(2.418);
  });

  it('reads ps axf without its header, and leaves its tree away', () => {
    const rows = read(`
 4138 ?        Ssl  557:24  \\_ /hyperkube kubelet --v=2
 4158 ?        S      0:04  |   \\_ journalctl -k -f
44426 ?        RN     0:03  |   |   \\_ du -s /data/docker/aufs/diff/b7`);
    expect(rows).toMatchObject([
      { pid: 4138, state: 'S', command: '/hyperkube kubelet --v=2', cpuSeconds: 557 * 60 + 24 },
      { pid: 4158, command: 'journalctl -k -f' },
      { pid: 44426, state: 'R', command: 'du -s /data/docker/aufs/diff/b7', cores: undefined },
    ]);
    expect(read('1234 ? what is it 0:04')).toEqual([]);
  });

  it('reads ps aux, with and without its header', () => {
    const row =
      'root      1234 212.5  1.2 5123456 204800 ?     Ssl  Nov20 9123:45 /usr/bin/kubelet --config=/etc/k.yaml';
    const header = 'USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND';
    const [bare] = read(row);
    expect(bare).toMatchObject({
      tool: 'ps',
      pid: 1234,
      cores: 2.125,
      command: '/usr/bin/kubelet --config=/etc/k.yaml',
      residentBytes: 204800 * 1024,
      state: 'S',
      cpuSeconds: 9123 * 60 + 45,
    });
    expect(read(`${header}\n${row}`)).toMatchObject([{ ...bare, at: { line: 2 } }]);
  });

  it.each([
    ['Nov20', 86_400],
    ['2019', 86_400],
    ['09:12', undefined],
  ])('knows by a start of %s in ps aux the least age', (start, ageSeconds) => {
    const row = `root      3397  0.0  0.0 133312 28764 ?        Sl   ${start}   0:00 /opt/cni/bin/calico`;
    expect(read(row)).toMatchObject([{ ageSeconds, command: '/opt/cni/bin/calico' }]);
  });

  it('knows no age by the start of ps -ef, which is a date from midnight on', () => {
    const row = 'root      3397     1  0 Nov20 ?        00:00:00 /opt/cni/bin/calico';
    expect(read(row)).toMatchObject([{ ageSeconds: undefined, command: '/opt/cni/bin/calico' }]);
  });

  it('reads what a header names, with a start of five words and a command in the middle', () => {
    const text = `
    PID                  STARTED     ELAPSED STAT WCHAN                          COMMAND         %CPU
   4321 Fri Nov 20 07:03:30 2026  6-23:59:01 D    rwsem_down_write_slowpath      tmux: server    12.5`;
    expect(read(text)).toMatchObject([
      {
        pid: 4321,
        ageSeconds: 6 * 86400 + 23 * 3600 + 59 * 60 + 1,
        state: 'D',
        waitsIn: 'rwsem_down_write_slowpath',
        command: 'tmux: server',
        cores: 0.125,
      },
    ]);
  });

  it('takes the columns from the command where grep left no header', () => {
    const text = `
root@n1:~# ps -eo ppid,pid,user,stat,wchan:32,cmd | grep " D"
      1   88123 root     D    nfs_wait_bit_killable            /opt/cni/bin/bridge
      2     311 root     D    jbd2_log_wait_commit             [jbd2/sda1-8]`;
    expect(read(text)).toMatchObject([
      { pid: 88123, state: 'D', waitsIn: 'nfs_wait_bit_killable', command: '/opt/cni/bin/bridge' },
      { pid: 311, waitsIn: 'jbd2_log_wait_commit', command: '[jbd2/sda1-8]' },
    ]);
  });

  it.each([
    [
      'ps -ef',
      'UID   PID  PPID  C STIME TTY          TIME CMD',
      'root  77  1 99 Nov26 ?  1-02:03:04 /usr/bin/kubelet',
    ],
    [
      'ps -eLf',
      'UID  PID  PPID  LWP  C NLWP STIME TTY  TIME CMD',
      'root 77 1 78 99 40 Nov26 ? 1-02:03:04 kubelet',
    ],
    [
      'ps with a wide wchan',
      'F S PID C RSS WIDE-WCHAN-COLUMN STIME TTY TIME CMD',
      '4 D 77 99 12 io_schedule Nov26 ? 1-02:03:04 kubelet',
    ],
    ['ps -ef without header', '', 'root        77     1 99 Nov26 ?        1-02:03:04 /usr/bin/kubelet'],
  ])('reads %s', (_, header, row) => {
    expect(read(`${header}\n${row}`)).toMatchObject([{ pid: 77, cores: 0.99, cpuSeconds: 86400 + 7384 }]);
  });

  it.each([
    [
      'htop',
      '  PID USER      PRI  NI  VIRT   RES   SHR S CPU% MEM%   TIME+  Command\n 77 root 20 0 5123M 204M 60M S 150.0 1.2 10h23:45 kubelet',
      1.5,
    ],
    [
      'busybox',
      '  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n   77     1 root     S <   755m   2.3   1  12.3 kubelet',
      0.123,
    ],
    [
      'a decimal comma',
      '  PID USER PR NI VIRT RES SHR S  %CPU %MEM     TIME+ COMMAND\n 77 root 20 0 1,2g 98m 3m S  41,8  0,7 3:14,33 kubelet',
      0.418,
    ],
    [
      'quoted lines',
      '> | PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND |\n> | 77 root 20 0 1g 98m 3m S 41.8 0.7 3:14.33 kubelet |',
      0.418,
    ],
    [
      'a table of Markdown',
      '| PID | USER | S | %CPU | COMMAND |\n|---|---|---|---|---|\n| 77 | root | S | 41.8 | kubelet |',
      0.418,
    ],
    [
      'ps aux from 100 % on, without header',
      'root  77  212  1.2 5123456 204800 ?  Ssl  Nov20 9123:45 /usr/bin/kubelet',
      2.12,
    ],
    ['a row of top without header', ' 77 root 20 0 1.2g 98m 3m S 41.8 0.7 3:14.33 kubelet', 0.418],
    ['a row of top cut off by the terminal', 'PID S %CPU COMMAND\n 77 S 41.8 kube+', 0.418],
  ])('reads %s', (_, text, cores) => {
    expect(read(text)).toMatchObject([{ pid: 77, cores }]);
  });

  it('finds nothing in tables of others, and none in logs below a table', () => {
    expect(
      read('COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\nkubelet 77 root 5r DIR 8,1 4096 2 /'),
    ).toEqual([]);
    expect(
      read('07:03:30 UID PID %usr %system %guest %CPU CPU Command\n07:03:31 0 77 1 2 0 3 1 kubelet'),
    ).toEqual([]);
    expect(
      read(
        'PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND\nNov 27 07:00:00 n1 kubelet[77]: E1127 a b c d',
      ),
    ).toEqual([]);
    expect(read(' 77 root 20 0 1.2g 98m')).toEqual([]);
  });
});
