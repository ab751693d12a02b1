import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findKubelet, type KubeletProcess } from '../../../src/base/findKubelet.js';
import { SHELLS, type Shell } from '../../support/shells.js';

interface FakeProcess {
  readonly pid: number;
  readonly comm?: string;
  readonly exe?: string;
  readonly argv?: readonly string[];
  readonly environment?: readonly string[];
  readonly pidNamespace?: string;
  readonly cgroup?: string;
  readonly stat?: string;
}

interface FakeNode {
  readonly processes: readonly FakeProcess[];
  readonly mountinfo?: string;
  readonly yama?: string;
  readonly lockdown?: string;
  readonly filesystems?: string;
  readonly isTracingMounted?: boolean;
}

function folderFor(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `node-triage-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A tree as proc shows it (proc(5)), as far as the script reads it. */
function buildProc(node: FakeNode): string {
  const proc = folderFor('proc');
  put(`${proc}/sys/kernel/osrelease`, '4.4.227-1.el7.elrepo.x86_64\n');
  put(`${proc}/filesystems`, node.filesystems ?? 'nodev\tproc\nnodev\ttracefs\n\text4\n');
  put(`${proc}/self/mountinfo`, node.mountinfo ?? '22 1 0:5 / /proc rw - proc proc rw\n');
  if (node.yama !== undefined) put(`${proc}/sys/kernel/yama/ptrace_scope`, node.yama);
  if (node.lockdown !== undefined) put(`${proc}/1/root/sys/kernel/security/lockdown`, node.lockdown);
  if (node.isTracingMounted === true)
    put(`${proc}/1/root/sys/kernel/tracing/events/raw_syscalls/enable`, '0\n');
  mkdirSync(`${proc}/self/ns`);
  symlinkSync('pid:[4026531836]', `${proc}/self/ns/pid`);
  for (const fake of node.processes) buildProcess(proc, fake);
  return proc;
}

function buildProcess(proc: string, fake: FakeProcess): void {
  const folder = `${proc}/${fake.pid}`;
  const comm = fake.comm ?? 'kubelet';
  put(`${folder}/comm`, `${comm}\n`);
  put(
    `${folder}/stat`,
    fake.stat ?? `${fake.pid} (${comm}) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 9 0 57185 1000 100 0 0\n`,
  );
  put(
    `${folder}/status`,
    `Name:\t${comm}\nState:\tS (sleeping)\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nThreads:\t17\n`,
  );
  put(`${folder}/cmdline`, (fake.argv ?? [`/usr/bin/${comm}`]).map(word => `${word}\0`).join(''));
  put(`${folder}/environ`, (fake.environment ?? []).map(word => `${word}\0`).join(''));
  put(`${folder}/cgroup`, fake.cgroup ?? '0::/system.slice/kubelet.service\n');
  mkdirSync(`${folder}/ns`);
  symlinkSync(fake.pidNamespace ?? 'pid:[4026531836]', `${folder}/ns/pid`);
  symlinkSync(fake.exe ?? `/usr/bin/${comm}`, `${folder}/exe`);
}

function find(shell: Shell, node: FakeNode, name = 'node1'): KubeletProcess {
  const command = findKubelet(name, buildProc(node));
  return command.parse(shell.run(command.argv));
}

function refusal(shell: Shell, node: FakeNode): string {
  try {
    find(shell, node);
  } catch (error) {
    return String(error);
  }
  throw new Error('a kubelet was found');
}

const POD_MOUNTS =
  '900 800 8:1 /lib/kubelet-b/pods/1b2c/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n' +
  '901 800 8:1 /lib/kubelet-b/pods/1b2c/containers/triage/77aa /dev/termination-log rw - ext4 /dev/sda1 rw\n';

describe.each(SHELLS)('findKubelet, run by $name', shell => {
  it('takes the only kubelet of a node, whatever its arguments say', () => {
    const found = find(shell, {
      processes: [
        {
          pid: 812,
          argv: [
            '/usr/bin/kubelet',
            '--bootstrap-kubeconfig=/secret',
            '--hostname-override=other.ec2.internal',
          ],
          cgroup: '11:memory:/system.slice/kubelet.service\n3:cpu,cpuacct:/x\n1:name=systemd:/y\n0::/z\n',
        },
      ],
      yama: '1\n',
      lockdown: 'none [integrity] confidentiality\n',
      isTracingMounted: true,
    });
    expect(found).toEqual({
      pid: 812,
      startTicks: 57185,
      comm: 'kubelet',
      executable: '/usr/bin/kubelet',
      program: 'kubelet',
      uid: 0,
      threads: 17,
      tracerPid: 0,
      arguments: { 'hostname-override': 'other.ec2.internal' },
      cgroup: { version: 1, path: '/system.slice/kubelet.service' },
      foundBy: 'only-one',
      host: {
        kernelRelease: '4.4.227-1.el7.elrepo.x86_64',
        machine: os.machine(),
        yamaScope: 1,
        lockdown: 'integrity',
        kernelTracing: 'mounted',
        isInitialPidNamespace: true,
      },
    });
  });

  it('never prints what may be a secret', () => {
    const command = findKubelet(
      'node1',
      buildProc({
        processes: [
          {
            pid: 5,
            comm: 'k3s-server',
            argv: [
              '/usr/bin/k3s',
              'server',
              '--token',
              'hunter2',
              '--node-name',
              'node1',
              '--agent-token=hunter3',
            ],
            environment: [
              'K3S_TOKEN=hunter4',
              'K3S_NODE_NAME=node1',
              'AWS_SECRET=hunter5\nK3S_NODE_NAME=hunter6',
            ],
          },
        ],
      }),
    );
    const output = shell.run(command.argv);
    expect(output).not.toContain('hunter');
    expect(command.parse(output).arguments).toEqual({ 'node-name': 'node1', K3S_NODE_NAME: 'node1' });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      '--flag=value',
      ['kubelet', '--v=2', '--hostname-override=Node1'],
      ['kubelet', '--hostname-override=node2'],
    ],
    [
      '--flag value',
      ['kubelet', '--hostname-override', 'node1'],
      ['kubelet', '--hostname-override', 'node2'],
    ],
    ['one that names another node', ['kubelet'], ['kubelet', '--hostname-override=node2']],
  ])('tells two kubelets apart by %s', (_, mine, other) => {
    const found = find(shell, {
      processes: [
        { pid: 20, argv: other },
        { pid: 9, argv: mine },
      ],
    });
    expect([found.pid, found.foundBy]).toEqual([9, 'node-name']);
  });

  it('tells them apart by the root directory that holds our own pod', () => {
    const processes = [
      { pid: 20, argv: ['kubelet', '--root-dir=/var/lib/kubelet-a'] },
      { pid: 21, argv: ['kubelet', '--root-dir', '/var/lib/kubelet-b/'] },
      { pid: 22, argv: ['kubelet'] },
    ];
    const found = find(shell, { processes, mountinfo: POD_MOUNTS });
    expect([found.pid, found.foundBy]).toEqual([21, 'root-directory']);
    const usual = find(shell, { processes, mountinfo: POD_MOUNTS.replaceAll('kubelet-b', 'kubelet') });
    expect(usual.pid).toBe(22);
  });

  it('tells them apart by our PID namespace: the others are of kind nodes in containers', () => {
    const found = find(shell, {
      processes: [
        { pid: 700, pidNamespace: 'pid:[4026532178]' },
        { pid: 701 },
        { pid: 702, pidNamespace: 'pid:[4026532179]' },
      ],
    });
    expect([found.pid, found.foundBy]).toEqual([701, 'pid-namespace']);
  });

  it('does not guess between equals, and lists them', () => {
    expect(
      refusal(shell, { processes: [{ pid: 30 }, { pid: 31, argv: ['kubelet', '--node-ip=10.0.0.1'] }] }),
    ).toContain('several processes could be the one of node1: 30 /usr/bin/kubelet; 31 /usr/bin/kubelet');
  });

  it.each<[KubeletProcess['program'], FakeProcess]>([
    ['hyperkube', { pid: 7, comm: 'hyperkube', argv: ['/hyperkube', 'kubelet', '--v=2'] }],
    ['k3s', { pid: 7, comm: 'k3s-server', exe: '/var/lib/rancher/k3s/bin/k3s', argv: ['k3s', 'server'] }],
    ['k3s', { pid: 7, comm: 'k3s-agent', argv: ['/usr/local/bin/k3s', 'agent'] }],
    ['rke2', { pid: 7, comm: 'rke2', argv: ['/usr/local/bin/rke2', 'server'] }],
    [
      'kubelite',
      { pid: 7, comm: 'kubelite', argv: ['/snap/microk8s/1/kubelite', '--start-control-plane=true'] },
    ],
    ['kubelet', { pid: 7, comm: 'kubelet-1.18.8', exe: '/opt/kubelet-1.18.8 (deleted)' }],
  ])('knows a kubelet that runs as %s', (program, process) => {
    const found = find(shell, { processes: [process] });
    expect([found.pid, found.program]).toEqual([7, program]);
    expect(found.executable).not.toContain('deleted');
  });

  it('takes the kubelet that rke2 has started, not rke2', () => {
    const rke2 = { pid: 7, comm: 'rke2', argv: ['/usr/local/bin/rke2', 'server'] };
    expect(find(shell, { processes: [rke2, { pid: 99 }] }).pid).toBe(99);
  });

  it('takes no shell, wrapper, sidecar or other part of hyperkube for a kubelet', () => {
    const reason = refusal(shell, {
      processes: [
        { pid: 1, comm: 'sh', argv: ['sh', '-c', 'pgrep kubelet', 'kubelet'] },
        { pid: 2, comm: 'kubelet', exe: '/usr/bin/bash', argv: ['/bin/bash', '/usr/bin/kubelet'] },
        { pid: 3, comm: 'kubelet-rubber-', exe: '/kubelet-rubber-stamp' },
        { pid: 4, comm: 'hyperkube', argv: ['/hyperkube', 'proxy'] },
        { pid: 5, comm: 'k3s', argv: ['k3s', 'kubectl', 'get', 'nodes'] },
      ],
    });
    expect(reason).toContain('none of these is a kubelet: 4 /usr/bin/hyperkube; 5 /usr/bin/k3s');
  });

  it('says where there is none at all', () => {
    expect(refusal(shell, { processes: [] })).toContain('no process is named kubelet');
  });

  it('leaves out a process that ended while it was read', () => {
    const processes = [{ pid: 40, stat: '' }, { pid: 41 }, { pid: 42, stat: '' }];
    const found = find(shell, { processes });
    expect([found.pid, found.foundBy]).toEqual([41, 'only-one']);
  });

  it('reads a start time behind a name with blanks and parentheses', () => {
    const stat = '8 (kube) let (x) S 1 1 1 0 -1 1 1 2 3 4 5 6 7 8 20 0 9 0 4242 1000\n';
    expect(find(shell, { processes: [{ pid: 8, stat }] }).startTicks).toBe(4242);
  });

  it('is not fooled by a file name of two lines', () => {
    const exe = '/tmp/kubelet\ncandidate 666\nend 666';
    expect(refusal(shell, { processes: [{ pid: 8, comm: 'hyperkube', exe }] })).toContain('8 hyperkube');
  });

  it('knows cgroup v2, a kernel without tracing, and a node inside of a container', () => {
    const found = find(shell, { processes: [{ pid: 8 }], filesystems: 'nodev\tproc\n' });
    expect(found.cgroup).toEqual({ version: 2, path: '/system.slice/kubelet.service' });
    expect(found.host).toMatchObject({ kernelTracing: 'missing', yamaScope: undefined, lockdown: undefined });
  });

  // The real /proc, with a process whose file is named kubelet.
  it.skipIf(process.platform !== 'linux')('finds a real process', async () => {
    const folder = folderFor('real');
    const file = path.join(folder, 'kubelet');
    copyFileSync(execFileSync('which', ['sleep'], { encoding: 'utf8' }).trim(), file);
    chmodSync(file, 0o755);
    const child = spawn(file, ['30'], { argv0: 'kubelet' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise(resolve => child.once('spawn', resolve));
    const output = shell.run(findKubelet('node1').argv);
    expect(output).toContain(`candidate ${child.pid}\ncomm kubelet\nexe ${file}\n`);
  });
});

it('does not take a cut list for a whole one', () => {
  expect(() => findKubelet('node1').parse('kernel 6.1\ncandidate 1\ncomm kubelet\nstart 4\n')).toThrow(
    'the list of processes is cut off',
  );
});
