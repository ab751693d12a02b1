import { describe, expect, it } from 'vitest';
import { countedCommandsReader } from '../../../../src/material/tools/countedCommands.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => countedCommandsReader.read(materialText(text));
const read = (text: string) => (found(text).counted ?? []).map(({ thing, value }) => [thing, value]);

describe('commands and their numbers', () => {
  it('says where and by which command', () => {
    expect(found('[root@n1 ~]# mount | wc -l\n1058').counted).toEqual([
      { at: { file: 'post.txt', line: 2 }, thing: 'mounts', value: 1058, note: 'mount | wc -l' },
    ]);
  });

  it.each([
    ['$ mount | wc -l', 'mounts'],
    ['# mount |grep kubern|wc -l', 'mounts'],
    ['root@n1:~# cat /proc/1/mountinfo |wc -l', 'mounts'],
    ['core@ip-10-0-0-1 ~ $ cat /proc/mounts | wc -l', 'mounts'],
    ['sh-4.4# wc -l /proc/self/mountinfo', 'mounts'],
    ['\t\t#  mount | wc -l', 'mounts'],
    ['+ findmnt -rn | wc -l', 'mounts'],
    ['kube-3 ~ # systemctl list-units --type=scope | wc -l', 'systemd-scopes'],
    [
      '$ systemctl list-units --type=scope --no-legend | grep -c "Kubernetes transient mount"',
      'systemd-scopes',
    ],
    ['$ find /sys/fs/cgroup/memory/system.slice -name "run-*.scope" | wc -l', 'systemd-scopes'],
    ['$ systemctl list-units --type=slice | wc -l', 'systemd-slices'],
    ['[user@n1 tmp]$ sudo find /sys/fs/cgroup/memory -type d | wc -l', 'memory-cgroup-directories'],
    ['$ lscgroup memory:/ | wc -l', 'memory-cgroup-directories'],
    ['# find /sys/fs/cgroup -type d | wc -l', 'cgroup-directories'],
    ['# lscgroup | wc -l', 'cgroup-directories'],
    ['# ls -d /sys/fs/cgroup/cpu/*/ | wc -l', 'cgroup-directories'],
    ['# grep -r "populated 0" /sys/fs/cgroup --include cgroup.events | wc -l', 'unpopulated-cgroups'],
    ['# awk \'$1=="memory"{print $3}\' /proc/cgroups', 'memory-cgroups'],
    ['# cat /proc/cgroups | grep memory | cut -f3', 'memory-cgroups'],
    ['$ find /proc/*/fd -lname anon_inode:inotify 2>/dev/null | wc -l', 'inotify-instances'],
    ['$ sudo lsof | grep inotify | wc -l', 'inotify-instances'],
    ['$ cat /proc/*/fdinfo/* | grep -c inotify', 'inotify-watches'],
    ['$ cat /proc/sys/fs/inotify/max_user_instances', 'inotify-instances-limit'],
    ['$ cat /proc/sys/fs/inotify/max_user_instances 2>/dev/null', 'inotify-instances-limit'],
    ['$ sysctl -n fs.inotify.max_user_watches', 'inotify-watches-limit'],
    ['$ sudo iptables-save | wc -l', 'iptables-rules'],
    ['# iptables -L -t nat | wc -l', 'iptables-rules'],
    ['# iptables-nft -S | wc -l', 'iptables-rules'],
    ['# iptables-save | sort | uniq -d | wc -l', 'iptables-duplicates'],
    ['# cat /proc/sys/net/netfilter/nf_conntrack_count', 'conntrack-entries'],
    ['# conntrack -L | wc -l', 'conntrack-entries'],
    ['# sysctl -n net.netfilter.nf_conntrack_max', 'conntrack-limit'],
    ['# docker images -q | wc -l', 'images'],
    ['# docker ps -aq -f status=exited | wc -l', 'containers-exited'],
    ['# crictl ps -q | wc -l', 'containers-running'],
    ['# crictl pods -q --state NotReady | wc -l', 'sandboxes-exited'],
    ['# ls /var/lib/kubelet/pods | wc -l', 'pods'],
    ['$ kubectl get pods -A --field-selector spec.nodeName=n1 --no-headers | wc -l', 'pods'],
    ['# kubectl get pods --all-namespaces -o wide|grep 193.3.0.2 |wc -l', 'pods'],
    ["# grep bpf_jit /proc/vmallocinfo | awk '{s+=$2} END {print s}'", 'bpf-jit-bytes'],
    ['# cat /proc/sys/net/core/bpf_jit_limit', 'bpf-jit-limit-bytes'],
    ['# lsblk -n | wc -l', 'block-devices'],
    ['# ls /proc/2211/fd | wc -l', 'open-files'],
    ['$ sudo ls /proc/$(pidof kubelet)/fd | wc -l', 'open-files'],
    ['Output of `mount | wc -l`:', 'mounts'],
    ['mount | wc -l', 'mounts'],
    ['> $ mount | wc -l', 'mounts'],
    ['Every 2.0s: mount | wc -l                    n1: Fri Nov 27 07:03:30 2026\n', 'mounts'],
    ['$ ssh n1 "mount | wc -l"', 'mounts'],
  ])('reads %s', (command, thing) => {
    expect(read(`some words\n${command}\n4321\n`)).toEqual([[thing, 4321]]);
  });

  it.each([
    ['a fence', '`mount | wc -l`\n```\n1058\n```', 1058],
    ['a warning', '$ sudo mount | wc -l\n# Warning: legacy tables present\n1058', 1058],
    ['thousands', '$ mount | wc -l\n1,058', 1058],
    ["wc's own form", '$ wc -l /proc/self/mountinfo\n1058 /proc/self/mountinfo', 1058],
    ['one line', '`mount | wc -l` => 1058', 1058],
    ['the heading of ps taken off', '# docker ps | wc -l\n13', 12],
  ])('reads a number with %s', (_, text, value) => {
    expect(read(text).map(([, one]) => one)).toEqual([value]);
  });

  it('keeps the order, which says how a thing grew', () => {
    expect(
      read('$ iptables-save | wc -l\n209\n$ iptables-save | wc -l\n223\n$ iptables-save | wc -l\n248'),
    ).toEqual([
      ['iptables-rules', 209],
      ['iptables-rules', 223],
      ['iptables-rules', 248],
    ]);
    expect(read('$ while true; do mount | wc -l; date; sleep 9; done\n10\nFri Nov 27\n20')).toEqual([
      ['mounts', 10],
      ['mounts', 20],
    ]);
  });

  it('gives each piece its number, and takes running containers off all of them', () => {
    expect(read('# crictl ps -aq | wc -l; crictl ps -q | wc -l; date; mount | wc -l\n5200\n120')).toEqual([
      ['containers-exited', 5080],
      ['containers-running', 120],
    ]);
    expect(read('# docker ps -aq | wc -l\n5200')).toEqual([['containers-exited', 5200]]);
    expect(read('# docker ps -aq | wc -l\n90')).toEqual([]);
  });

  it.each([
    ['sysctl', 'fs.inotify.max_user_instances = 128', [['inotify-instances-limit', 128]]],
    ['grep', '/proc/sys/net/netfilter/nf_conntrack_count:65000', [['conntrack-entries', 65000]]],
    ['inotify-info', '  max_user_watches     500,132', [['inotify-watches-limit', 500132]]],
    [
      'dentry-state',
      '$ cat /proc/sys/fs/dentry-state\n90123456\t90001234\t45\t0\t120000\t0',
      [
        ['dentries', 90123456],
        ['dentries-unused', 90001234],
      ],
    ],
    [
      'dentry-state of sysctl',
      'fs.dentry-state = 100 90 45 0 1 0',
      [
        ['dentries', 100],
        ['dentries-unused', 90],
      ],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(['# timeout 10 mountsnoop-bpfcc | wc -l', '$ sudo timeout 10s findmnt --poll | wc -l'])(
    'has the rate of mounts from %s',
    command => {
      expect(read(`${command}\n4520`)).toEqual([['mount-changes-per-second', 452]]);
    },
  );

  it('reads mounts of each namespace', () => {
    expect(read('36887 /proc/3900/mountinfo\n126 /proc/self/mountinfo')).toEqual([
      ['mounts', 36887],
      ['mounts', 126],
    ]);
  });

  it.each([
    "$ ps aux | awk '$8 ~ /^D/' | wc -l",
    '$ ps -eLo state | grep -c D',
    '# ps aux | grep " D" | wc -l',
    '# ps -eo stat,pid | grep "^D" | wc -l',
  ])('takes %s for what is blocked', command => {
    expect(found(`${command}\n41`)).toMatchObject({ cpu: [{ blocked: 41 }], counted: [] });
  });

  it('takes no other count of processes for that', () => {
    expect(found('$ ps aux | grep Docker | wc -l\n41').cpu).toEqual([]);
  });

  it('reads the number of CPUs', () => {
    expect(found('$ nproc\n64').facts).toEqual({ cpus: 64 });
  });

  it.each([
    '1058',
    '$ mount\n1058',
    '$ ls /home | wc -l\n1058',
    '$ mount | wc -l\nno such file',
    '$ mount | wc -l\na\nb\nc\nd\ne\nf\n1058',
    '$ mount | wc -l\n$ ls /tmp | wc -l\n1058',
    '$ echo 512 > /proc/sys/fs/inotify/max_user_instances\n512',
    '$ journalctl | grep -c scope\n99',
    '$ grep -c "mount failed" /var/log/messages\n99',
    '$ dmesg | grep inotify | wc -l\n99',
    '$ mountsnoop | wc -l\n99',
    '$ kubectl get pods -A | wc -l\n9900',
    '$ kubectl get pods -A -o wide | grep Evicted | wc -l\n9900',
    '$ kubectl get events | grep "mount failed" | wc -l\n99',
    '$ find /sys/fs/cgroup -name cgroup.procs | xargs cat | wc -l\n99',
    '1 2 3 4 5 6',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
