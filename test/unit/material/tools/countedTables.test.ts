import { describe, expect, it } from 'vitest';
import { countedTablesReader } from '../../../../src/material/tools/countedTables.js';
import { materialText } from '../../../support/materialText.js';

const counted = (text: string) => countedTablesReader.read(materialText(text)).counted ?? [];
const read = (text: string) => counted(text).map(({ thing, value }) => [thing, value]);
const rows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => row(index)).join('\n');

describe('tables that are counted', () => {
  it('counts mounts and says of what', () => {
    const text = `$ mount\n${rows(30, at => `overlay on /run/k3s/c/${String(at)}/rootfs type overlay (rw,relatime)`)}\n${rows(5, at => `tmpfs on /var/lib/kubelet/pods/ab-${String(at)}/volumes/kubernetes.io~secret/t type tmpfs (rw)`)}`;
    expect(counted(text)).toEqual([
      {
        at: { file: 'post.txt', line: 2 },
        thing: 'mounts',
        value: 35,
        note: 'overlay 30, volumes of pods 5, loop 0',
      },
    ]);
  });

  it.each([
    ['/proc/mounts', (at: number) => `tmpfs /run/${String(at)} tmpfs rw,nosuid 0 0`],
    [
      'mountinfo',
      (at: number) => `${String(at)} 28 0:33 / /run/${String(at)} rw,nosuid shared:5 - tmpfs tmpfs rw`,
    ],
  ])('counts %s', (_, row) => {
    expect(read(rows(25, row))).toEqual([['mounts', 25]]);
    expect(read(rows(3, row))).toEqual([]);
  });

  it('counts rules and those that stand there twice in one table', () => {
    const text = `*nat\n:PREROUTING ACCEPT [0:0]\n-A POSTROUTING -j M\n-A KUBE-A -j B\nCOMMIT\n*filter\n${rows(4, () => '-A KUBE-ROUTER-INPUT -d 10.96.0.0/12 -j RETURN')}\n-A POSTROUTING -j M\nCOMMIT`;
    expect(read(text)).toEqual([
      ['iptables-duplicates', 3],
      ['iptables-rules', 7],
    ]);
  });

  it('counts rules of iptables -L that stand in one chain again', () => {
    const chain = (rule: string, count: number) =>
      `Chain KUBE-X (1 references)\ntarget     prot opt source               destination\n${rows(count, () => rule)}\n`;
    const tcp =
      'RETURN     tcp  --  anywhere             anywhere             /* local traffic */ multiport dports 30000:32767';
    expect(read(`# iptables -L\n${chain(tcp, 12)}`)).toEqual([
      ['iptables-duplicates', 11],
      ['iptables-rules', 12],
    ]);
    // Counters differ, the rule does not.
    const counted = (at: number) =>
      ` ${String(at)}M ${String(at * 60)} KUBE-X  all  --  any    any     anywhere             anywhere            /* portals */`;
    expect(
      read(
        `Chain A (policy ACCEPT 0 packets, 0 bytes)\n pkts bytes target     prot opt in     out\n${rows(9, counted)}`,
      ),
    ).toEqual([
      ['iptables-duplicates', 8],
      ['iptables-rules', 9],
    ]);
  });

  it('takes for no duplicates what stands in two listings, or differs in what is not shown', () => {
    const chain = `Chain KUBE-X (1 references)\n${rows(6, at => `RETURN     all  --  anywhere   10.0.0.${String(at)}   /* c */`)}\n`;
    expect(read(`${chain}\n${chain}`)).toEqual([
      ['iptables-duplicates', 0],
      ['iptables-rules', 12],
    ]);
    const bare = `Chain INPUT (policy ACCEPT)\n${rows(8, () => 'ACCEPT     all  --  anywhere             anywhere')}`;
    expect(read(bare)).toEqual([]);
  });

  it('takes the rows of uniq for what they are', () => {
    expect(read('# iptables-save | sort | uniq -d\n-A KUBE-A -j B\n-A KUBE-C -j D')).toEqual([
      ['iptables-duplicates', 2],
    ]);
    expect(read('# iptables -S | sort | uniq -c\n     17 -A KUBE-A -j B\n      1 -A KUBE-C -j D')).toEqual([
      ['iptables-duplicates', 16],
      ['iptables-rules', 18],
    ]);
    expect(read('the rule\n-A KUBE-A -j B\nis fine')).toEqual([]);
  });

  it('counts services and backends of IPVS', () => {
    const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr
  -> 10.0.0.1:6443                Masq    1      0          0
  -> 10.0.0.2:6443                Masq    1      0          0`;
    expect(read(text)).toEqual([['ipvs-entries', 3]]);
  });

  it('counts scopes of systemctl and systemd-cgls', () => {
    const units = rows(
      40,
      at => `  run-r${String(at)}abc.scope   loaded active running Kubernetes transient mount for /x`,
    );
    expect(read(`UNIT LOAD ACTIVE SUB DESCRIPTION\n${units}\n40 loaded units listed.`)).toEqual([
      ['systemd-scopes', 40],
    ]);
    expect(read(rows(30, at => `  │ ├─run-r${String(at)}.scope`))).toEqual([['systemd-scopes', 30]]);
  });

  it('adds up inotify instances of all processes', () => {
    const text = `# for foo in /proc/*/fd/*; do readlink -f $foo; done |grep inotify |cut -d/ -f3 |xargs -I '{}' -- ps --no-headers -o '%p %U %c' -p '{}' |uniq -c |sort -nr
      5     1 root     systemd
     98 18847 root     kubelet
      2   955 polkitd  polkitd
[root@n1 ~]#`;
    expect(counted(text)).toMatchObject([
      { at: { line: 2 }, thing: 'inotify-instances', value: 105, note: 'most: 98 of 18847 root     kubelet' },
    ]);
    expect(
      read(
        'systemd  /usr/lib/systemd/systemd  1     /proc/1/fdinfo/10    4\nkubelet  /usr/bin/kubelet          2211  /proc/2211/fdinfo/9  1204',
      ),
    ).toEqual([
      ['inotify-watches', 1208],
      ['inotify-instances', 2],
    ]);
    expect(read('Total inotify Watches:   12,345\nTotal inotify Instances: 127')).toEqual([
      ['inotify-watches', 12345],
      ['inotify-instances', 127],
    ]);
  });

  it('adds up mounts of all kinds', () => {
    expect(
      counted("$ mount | awk '{print $5}' | sort | uniq -c\n     40 cgroup\n  36887 tmpfs\n$ date"),
    ).toMatchObject([{ thing: 'mounts', value: 36927, note: 'most: 36887 of tmpfs' }]);
    expect(read('$ sort x | uniq -c\n     40 cgroup')).toEqual([]);
  });

  it('counts containers and sandboxes that are over', () => {
    const docker = (at: number) =>
      `0123456789ab   k8s.gcr.io/pause:3.1   "/pause"   3 days ago   ${at % 2 === 0 ? 'Exited (0) 2 days ago' : 'Up 2 days'}   k8s_POD_${String(at)}`;
    expect(read(rows(60, docker))).toEqual([['containers-exited', 30]]);
    expect(
      read(
        rows(
          25,
          at => `0123456789abc   sha256:abc   2 days ago   Exited   job-${String(at)}   0   fedcba9876543`,
        ),
      ),
    ).toEqual([['containers-exited', 25]]);
    expect(
      read(
        rows(25, at => `0123456789abc   2 days ago   NotReady   job-${String(at)}   default   0   (default)`),
      ),
    ).toEqual([['sandboxes-exited', 25]]);
  });

  it('adds up bytes of BPF and counts block devices', () => {
    expect(
      read(
        '0xffffffffc0000000-0xffffffffc0005000   20480 bpf_jit_alloc_exec+0xe/0x20 pages=4 vmalloc N0=4\n0xffffffffc0006000-0xffffffffc0008000    8192 bpf_jit_alloc_exec+0xe/0x20 pages=1',
      ),
    ).toEqual([['bpf-jit-bytes', 28672]]);
    expect(
      read(
        'NAME        MAJ:MIN RM  SIZE RO TYPE MOUNTPOINT\nsda           8:0    0   50G  0 disk\n├─sda1        8:1    0   50G  0 part /\nloop0         7:0    0 55.4M  1 loop /snap/core\ndm-0        253:0    0    5G  0 lvm',
      ),
    ).toEqual([['block-devices', 3]]);
  });

  it('counts two dumps of one file apart, as the second says how it grew', () => {
    const dump = (count: number) =>
      `# iptables-save\n*filter\n${rows(count, at => `-A X -s 10.0.0.${String(at)} -j Y`)}\nCOMMIT`;
    expect(read(`${dump(6)}\n${dump(9)}`)).toEqual([
      ['iptables-duplicates', 0],
      ['iptables-rules', 6],
      ['iptables-duplicates', 0],
      ['iptables-rules', 9],
    ]);
  });
});
