import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectMaterial } from '../../../src/material/collect.js';

const file = (name: string, content: string | Uint8Array) => ({
  name,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});
const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));

const TIMED = `We see this on every node:

\`\`\`
[root@node1 ~]# time cat /sys/fs/cgroup/memory/memory.stat >/dev/null

real\t0m9.061s
user\t0m0.000s
sys\t0m9.058s
\`\`\`
`;

const CALLS = '1234 09:15:26.000001 futex(0x5309238, FUTEX_WAIT_PRIVATE, 0, NULL) = 0 <0.01>\n'.repeat(4);

describe('material of a node', () => {
  it('takes the record of a capture before what other texts say', () => {
    const record = {
      node: { name: 'node1', kernelVersion: '4.4.227' },
      processCpu: { cpuSeconds: 80, windowSeconds: 60 },
    };
    const { facts, kubeletCores } = collectMaterial([file('capture.json', JSON.stringify(record))]);
    expect(facts).toMatchObject({ nodeName: 'node1', kernelVersion: '4.4.227', osImage: undefined });
    expect(kubeletCores).toMatchObject([{ cores: 80 / 60, seconds: 60 }]);
  });

  it('takes a record with nothing but the name of the node', () => {
    expect(collectMaterial([file('capture.json', '{"node":"node1"}')]).facts.nodeName).toBe('node1');
  });

  it('finds what a post quotes, and says where it stands', () => {
    const { timed, unread } = collectMaterial([file('issue.md', TIMED)]);
    expect(timed).toMatchObject([{ realSeconds: 9.061, at: { file: 'issue.md', line: 6 } }]);
    expect(unread).toEqual([]);
  });

  it('finds a log of system calls within a post', () => {
    const prose = 'This is what I see on all of our nodes since we went to the new version.\n'.repeat(8);
    const { calls } = collectMaterial([file('issue.md', `${prose}\n${CALLS}\nAny idea?\n`)]);
    expect(calls).toMatchObject([{ engine: 'strace', at: { file: 'issue.md', line: 10 } }]);
  });

  it('finds what else a post says that is mostly a log', () => {
    const found = collectMaterial([file('issue.md', `${TIMED}${CALLS.repeat(10)}`)]);
    expect(found.calls).toHaveLength(1);
    expect(found.timed).toHaveLength(1);
  });

  it('finds the stacks in a post that is mostly a trace of calls', () => {
    const stacks = ['main;pkg.read 40', 'main;pkg.parse 9', 'main;runtime.futex 3'].join('\n');
    const { calls, profiles } = collectMaterial([
      file('issue.md', `${CALLS.repeat(10)}\n\`\`\`\n${stacks}\n\`\`\`\n`),
    ]);
    expect(calls).toHaveLength(1);
    expect(profiles).toMatchObject([{ profile: { format: 'folded' }, at: { file: 'issue.md', line: 43 } }]);
  });

  it('takes words with a number behind each for no stacks, beside a trace too', () => {
    const words = ['pods 110', 'containers 140', 'images 31'].join('\n');
    const { profiles } = collectMaterial([file('issue.md', `${CALLS.repeat(10)}\n${words}\n`)]);
    expect(profiles).toEqual([]);
  });

  it('reads files of the editors whatever they are called', () => {
    const { calls } = collectMaterial([file('a.log', fixture('strace/strace-futex.30pods.file.txt'))]);
    expect(calls).toMatchObject([{ kind: 'calls', engine: 'strace' }]);
  });

  it('takes folded stacks for a profile, and a list of counts for none', () => {
    const { profiles } = collectMaterial([
      file('stacks.txt', 'main;housekeeping;read 70\nmain;other 30\n'),
      file('counts.txt', '/sys/fs/cgroup/memory 65536\n/sys/fs/cgroup/cpu 12\n'),
    ]);
    expect(profiles.map(({ at }) => at.file)).toEqual(['stacks.txt']);
  });

  it('has nothing to say of a list with nothing in it', () => {
    const events = JSON.stringify({ kind: 'EventList', apiVersion: 'v1', items: [] }, undefined, 1);
    expect(collectMaterial([file('node-events.json', events)]).unread).toEqual([]);
  });

  it('lists what it does not know, and what is broken', () => {
    const { unread } = collectMaterial([
      file('holiday.txt', 'The sea was calm.\n'),
      file('empty', ''),
      file('cpu.pb', new Uint8Array([0, 1, 2, 3])),
    ]);
    expect(unread.map(({ file: name }) => name)).toEqual(['holiday.txt', 'empty', 'cpu.pb']);
    for (const { reason } of unread) expect(reason).not.toBe('');
  });

  it.each([
    ['a file of version 1', 'time cat /sys/fs/cgroup/memory/memory.stat\nreal 9\nuser 0\nsys 9\n', 1],
    ['a file of version 2', 'time cat /sys/fs/cgroup/kubepods.slice/memory.stat\nreal 9\nuser 0\nsys 9\n', 2],
    [
      'frames of version 1',
      'main;github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats 7\n',
      1,
    ],
    ['frames of version 2', 'main;github.com/opencontainers/cgroups/fs2.statMemory 7\n', 2],
    ['neither', 'main;other 7\n', undefined],
  ])('infers the cgroup version from %s', (_, text, version) => {
    expect(collectMaterial([file('post.txt', text)]).facts.cgroupVersion).toBe(version);
  });

  it('infers version 1 from a kernel that has no other', () => {
    const record = (kernelVersion: string) =>
      file('capture.json', JSON.stringify({ node: { kernelVersion } }));
    expect(collectMaterial([record('4.4.227-1.el7.elrepo.x86_64')]).facts.cgroupVersion).toBe(1);
    expect(collectMaterial([record('5.15.0')]).facts.cgroupVersion).toBeUndefined();
  });

  const NODE = JSON.stringify({
    kind: 'Node',
    metadata: { name: 'n' },
    status: { nodeInfo: { kernelVersion: '6.1.0-9-amd64', architecture: 'amd64' } },
  });

  it('believes an object of the API more than what a person says in an earlier file', () => {
    const { facts } = collectMaterial([
      file('a.md', 'We run kernel 4.19.12 there.\nLinux n 6.1.0-9-amd64 #1 SMP x86_64 GNU/Linux'),
      file('node.json', NODE),
    ]);
    expect(facts).toMatchObject({ kernelVersion: '6.1.0-9-amd64', architecture: 'amd64' });
  });

  it('does not read our own records as if a person had posted them', () => {
    const health = `# node-triage cgroup health 1
# kernel: 6.1.0-9-cloud-amd64
# machine: x86_64
# layout: v2
cgroups: memory\t0\t57\t1
meminfo: MemTotal:        2026012 kB
cgroup.stat: nr_descendants 27
read: root 1 3 0 863,1089,1257,814,1036 /
scan: 983 /mnt/sys/fs/cgroup/memory/x
PLEG is not healthy: pleg was last seen active 5m3s ago; threshold is 3m0s
# end: complete
`;
    const { facts, counted, log, unread } = collectMaterial([file('cgroups.health.txt', health)]);
    expect(unread).toEqual([]);
    // Once each, as the record's own reader gives them.
    expect(counted).toMatchObject([{ thing: 'memory-cgroups', value: 57 }]);
    expect(log).toEqual([]);
    expect(facts.cgroupVersion).toBe(2);
  });

  it.each([
    ['MemTotal:       16393356 kB', 16_393_356 * 1024],
    ['              total        used        free\nMem:             30           8          15', undefined],
  ])('infers the memory from %j', (text, bytes) => {
    expect(collectMaterial([file('memory.txt', text)]).facts.memoryBytes).toBe(bytes);
  });

  it('looks for no output of tools in a text that is one JSON object', () => {
    const timed =
      '$ time cat /sys/fs/cgroup/memory/memory.stat\nreal\t0m9.061s\nuser\t0m0.000s\nsys\t0m9.058s';
    expect(collectMaterial([file('pods.json', `{\n${timed}\n}\n`)]).timed).toEqual([]);
    expect(collectMaterial([file('post.md', `{\n${timed}\n}\nAnd then:\n`)]).timed).toHaveLength(1);
  });

  const raw = (duration: string, name: string): string =>
    `PeriodType: cpu nanoseconds\nPeriod: 10000000\nDuration: ${duration}\nSamples:\nsamples/count cpu/nanoseconds\n          9   90000000: 1 \nLocations\n     1: 0x46a1c1 M=1 ${name} /x.go:1:0 s=0\nMappings\n1: 0x400000/0x3a59000/0x0 /usr/bin/kubelet  [FN]\n`;

  it.each([
    ['30.0', 'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop', 30e9],
    ['30.0', 'main.main', 0],
    ['1m0s', 'main.main', 60e9],
  ])('takes %j for the duration of a profile of %s', (text, name, nanos) => {
    const { profiles } = collectMaterial([file('cpu.txt', raw(text, name))]);
    expect(Math.floor((profiles[0]?.profile.durationNanos ?? NaN) / 1e9) * 1e9).toBe(nanos);
  });
});
