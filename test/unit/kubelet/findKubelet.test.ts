import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findKubelet, type KubeletProcess } from '../../../src/kubelet/findKubelet.js';
import { buildProc, folderFor, type FakeNode, type FakeProcess } from '../../support/procTree.js';
import { SHELLS, type Shell } from '../../support/shells.js';

function find(shell: Shell, node: FakeNode, name = 'node1'): KubeletProcess {
  const command = findKubelet(name, buildProc(node));
  return command.parse(shell.run(command.argv, command));
}

function refusal(shell: Shell, node: FakeNode): string {
  try {
    find(shell, node);
  } catch (error) {
    return String(error);
  }
  throw new Error('a kubelet was found');
}

/**
 * k3s and rke2 as they are since k3s 1.19: `os.Args[0] + " server"` written over the arguments and the first variable
 * of the environment, zeros behind it (pkg/cli/server/server.go of k3s-io/k3s; setproctitle.h of erikdubbelboer/gspt).
 */
function erased(comm: string, title: string): FakeProcess {
  return {
    pid: 7,
    comm,
    exe: comm === 'rke2' ? '/var/lib/rancher/rke2/bin/rke2' : '/var/lib/rancher/k3s/data/4f1c/bin/k3s',
    cmdline: title.padEnd(400, '\0'),
    environment: ['\0\0\0\0', 'PATH=/usr/bin'],
    cgroup: `0::/system.slice/${comm === 'rke2' ? 'rke2-server' : 'k3s'}.service\n`,
  };
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
      knownBy: 'name',
      foundBy: 'only-one',
      passedOver: { count: 0, processes: [] },
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
            argv: ['/usr/bin/kubelet', '--token', 'hunter2', '--hostname-override', 'node1', '--key=hunter3'],
            environment: [
              'K3S_TOKEN=hunter4',
              'K3S_NODE_NAME=node1',
              'AWS_SECRET=hunter5\nK3S_NODE_NAME=hunter6',
            ],
          },
        ],
      }),
    );
    const output = shell.run(command.argv, command);
    expect(output).not.toContain('hunter');
    expect(command.parse(output).arguments).toEqual({
      'hostname-override': 'node1',
      K3S_NODE_NAME: 'node1',
    });
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
    ['k3s', erased('k3s-server', '/usr/local/bin/k3s server')],
    ['k3s', erased('k3s-agent', '/usr/local/bin/k3s agent   ')],
    ['k3s', erased('k3s', '/usr/local/bin/k3s agent')],
    ['k3s', { ...erased('k3s-server', ''), cgroup: '0::/init\n' }],
    ['k3s', { ...erased('k3s', ''), cgroup: '0::/system.slice/k3s-agent.service\n' }],
    ['rke2', erased('rke2', '/usr/local/bin/rke2 server')],
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
    const rke2 = erased('rke2', '/usr/local/bin/rke2 server');
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
        // The parent that only reaps processes.
        { ...erased('k3s-server', '/usr/local/bin/k3s init'), pid: 6 },
      ],
    });
    expect(reason).toContain('none of these is a kubelet: 4 /usr/bin/hyperkube; 5 /usr/bin/k3s; 6 ');
  });

  it('says where there is none at all', () => {
    expect(refusal(shell, { processes: [] })).toContain('no process of the node is named kubelet');
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
    const command = findKubelet('node1');
    const output = shell.run(command.argv, command);
    expect(output).toContain(`candidate ${child.pid}\ncomm kubelet\nexe ${file}\n`);
  });
});

it('does not take a cut list for a whole one', () => {
  expect(() => findKubelet('node1').parse('kernel 6.1\ncandidate 1\ncomm kubelet\nstart 4\n')).toThrow(
    'the list of processes is cut off',
  );
});
