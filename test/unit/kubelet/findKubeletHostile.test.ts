/**
 * Who may not be taken for a node's kubelet, and what may not be opened while looking for it: in every shell here, on
 * /proc trees that a tenant has prepared. Each script has to end by itself, long before the limit of the test.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findKubelet, type KubeletProcess } from '../../../src/kubelet/findKubelet.js';
import { isTriageError } from '../../../src/base/errors.js';
import { FIND_KUBELET_LIMITS } from '../../../src/base/limits.js';
import { buildProc, type FakeNode, type FakeProcess } from '../../support/procTree.js';
import { SHELLS, type Shell } from '../../support/shells.js';

const LIMIT_SECONDS = 15;
const UID = '030e4448-9021-4724-9ac1-2b81fa5c9534';
const ID = 'f1'.repeat(32);
const OTHER_ID = 'a7'.repeat(32);

function run(shell: Shell, node: FakeNode, prepare: (proc: string) => void = () => undefined): string {
  const proc = buildProc(node);
  prepare(proc);
  const { argv, stdin } = findKubelet('node1', proc);
  return shell.run(argv, { stdin, limitSeconds: LIMIT_SECONDS });
}

function find(shell: Shell, node: FakeNode, prepare?: (proc: string) => void): KubeletProcess {
  return findKubelet('node1').parse(run(shell, node, prepare));
}

function refusal(stdout: string): string {
  try {
    findKubelet('node1').parse(stdout);
  } catch (error) {
    if (isTriageError(error) && error.code === 'kubelet-not-found') return String(error.facts['reason']);
    throw error;
  }
  throw new Error('a kubelet was found');
}

const real: FakeProcess = { pid: 812, argv: ['/usr/bin/kubelet', '--config=/etc/kubelet.yaml'] };
/** What the audit's pod did. */
const impostor: FakeProcess = { pid: 90, argv: ['kubelet', '--hostname-override=node1'] };

describe.each(SHELLS)('findKubelet among impostors, run by $name', shell => {
  it.each<[string, string]>([
    ['cgroupfs, version 2', `0::/kubepods/burstable/pod${UID}/${ID}\n`],
    ['cgroupfs, version 1', `4:memory:/kubepods/besteffort/pod${UID}/${ID}\n1:name=systemd:/kubepods\n`],
    [
      'systemd, containerd',
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope\n`,
    ],
    ['CRI-O with a cgroup inside', `0::/x.slice/crio-${ID}.scope/container\n`],
    ['dockershim', `0::/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice/docker-${ID}.scope\n`],
    ['a cgroupRoot, as kind has', `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1.slice/x\n`],
    ['a static pod', `0::/machine/pod${'ab12'.repeat(8)}/${ID}\n`],
    ['containerd without cgroups of pods', `0::/k8s.io/${ID}\n`],
    ['drivers that do not agree', `0::/system.slice:cri-containerd:${ID}\n`],
    ['a cgroup that was removed', `0::/kubepods/pod${UID}/${ID} (deleted)\n`],
    ['cgroups of its own below', `0::/kubepods/pod${UID}/${ID}/system.slice/kubelet.service\n`],
    ['one controller alone', `4:memory:/system.slice/kubelet.service\n3:cpu:/kubepods/pod${UID}/${ID}\n`],
    ['a sibling, seen from a cgroup namespace', `0::/../../pod${UID}/${ID}\n`],
    ['another QoS class, seen from a cgroup namespace', `0::/../../../besteffort/pod${UID}/${ID}\n`],
  ])('never takes a process of a pod: %s', (_, cgroup) => {
    const fake = { ...impostor, cgroup };
    const found = find(shell, { processes: [fake, real] });
    expect([found.pid, found.foundBy]).toEqual([812, 'only-one']);
    expect(found.passedOver).toEqual({ count: 1, processes: [{ pid: 90, comm: 'kubelet', why: 'pod' }] });
    expect(refusal(run(shell, { processes: [fake] }))).toBe(
      'no process of the node is named kubelet, hyperkube, k3s, rke2 or kubelite; passed over: 90 kubelet (in a pod)',
    );
  });

  it.each<[string, string, string]>([
    ['our own container', '0::/\n', '0::/../../../../init.scope\n'],
    ['a cgroup in our own container', '0::/x\n', '0::/../../../..\n'],
    ['another container of our pod', '0::/../sidecar\n', '0::/../../../../init.scope\n'],
  ])('takes no process of our own pod either: %s', (_, cgroup, first) => {
    const found = find(shell, {
      cgroup: first,
      processes: [
        { ...impostor, cgroup },
        { ...real, cgroup: '0::/../../../../system.slice/kubelet.service\n' },
      ],
    });
    expect([found.pid, found.passedOver.count]).toEqual([812, 1]);
  });

  it.each<[string, string, string]>([
    ['systemd', '0::/system.slice/kubelet.service\n', '0::/init.scope\n'],
    ['a kubelet in the root cgroup', '4:memory:/\n0::/\n', '0::/\n'],
    ['Bottlerocket and EKS', '0::/runtime.slice/kubelet.service\n', '0::/init.scope\n'],
    ['Talos, seen from a cgroup namespace', '0::/../../../../podruntime/kubelet\n', '0::/../../../../init\n'],
    ['RKE: docker, cgroupfs', `0::/docker/${ID}\n`, '0::/init.scope\n'],
    ['RKE: docker, systemd', `0::/system.slice/docker-${ID}.scope\n`, '0::/init.scope\n'],
    ['kind, from a cgroup namespace', '0::/../../../../kubelet.service\n', '0::/../../../../../init.scope\n'],
    [
      'kind, version 1',
      `4:memory:/docker/${ID}/kubelet.slice/kubelet.service\n`,
      `4:memory:/docker/${ID}/init.scope\n`,
    ],
    [
      'a node that is a pod itself',
      `4:memory:/kubepods/pod${UID}/${ID}/kubelet/kubelet.service\n`,
      `4:memory:/kubepods/pod${UID}/${ID}/init.scope\n`,
    ],
    ['MicroK8s', '0::/system.slice/snap.microk8s.daemon-kubelite.service\n', '0::/init.scope\n'],
  ])('takes a kubelet that is in no pod: %s', (_, cgroup, first) => {
    const found = find(shell, { cgroup: first, processes: [{ ...real, cgroup }] });
    expect([found.pid, found.passedOver.count]).toEqual([812, 0]);
  });

  it('takes no pod of a node that is a pod itself', () => {
    const node = `/kubepods/pod${UID}/${ID}`;
    const found = find(shell, {
      cgroup: `0::${node}/init.scope\n`,
      processes: [
        { ...real, cgroup: `0::${node}/kubelet.slice/kubelet.service\n` },
        { ...impostor, cgroup: `0::${node}/kubepods/pod${UID}/${OTHER_ID}\n` },
        // Another container of the outer pod.
        { ...impostor, pid: 91, cgroup: `0::/kubepods/pod${UID}/${OTHER_ID}\n` },
      ],
    });
    expect([found.pid, found.passedOver.count]).toEqual([812, 2]);
  });

  it('takes no process of another user, and none whose cgroup cannot be read', () => {
    const found = find(
      shell,
      { processes: [{ ...impostor, uid: 1000 }, { ...impostor, pid: 91 }, real] },
      proc => rmSync(`${proc}/91/cgroup`),
    );
    expect(found.pid).toBe(812);
    expect(found.passedOver.processes.map(({ pid, why }) => [pid, why])).toEqual([
      [90, 'user'],
      [91, 'unknown'],
    ]);
  });

  it('reads nothing of a process in a pod that its owner could make wait', () => {
    const cgroup = `0::/kubepods/pod${UID}/${ID}\n`;
    const found = find(shell, { processes: [{ ...impostor, cgroup }, real] }, proc => {
      for (const name of ['cmdline', 'environ', 'status', 'stat']) {
        rmSync(`${proc}/90/${name}`);
        execFileSync('mkfifo', [`${proc}/90/${name}`]);
      }
    });
    expect(found.pid).toBe(812);
  });

  it('names some of many impostors and counts all', () => {
    const cgroup = `0::/kubepods/pod${UID}/${ID}\n`;
    const many = Array.from({ length: 60 }, (_, index) => ({ ...impostor, pid: 1000 + index, cgroup }));
    const found = find(shell, { processes: [...many, real] });
    expect(found.pid).toBe(812);
    expect(found.passedOver.count).toBe(60);
    expect(found.passedOver.processes).toHaveLength(FIND_KUBELET_LIMITS.passedOver);
    expect(refusal(run(shell, { processes: many }))).toMatch(/, 40 more$/);
  });

  it('says that there are too many, where others than pods have the name', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...impostor, pid: 100 + index }));
    expect(refusal(run(shell, { processes: many }))).toBe(
      'the node has more processes than can be looked at',
    );
  });

  it('tells kubelets apart by who listens on port 10250, where nothing else does', () => {
    const row = (port: string, state: string, inode: number) =>
      `   0: 00000000:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`;
    const tcp = `  sl  local_address rem_address   st\n${row('1F90', '0A', 71)}${row('280A', '01', 72)}${row('280A', '0A', 73)}`;
    const found = find(shell, {
      processes: [
        { pid: 30, tcp, sockets: [71, 72] },
        { pid: 31, tcp, sockets: [5, 73] },
      ],
    });
    expect([found.pid, found.foundBy]).toEqual([31, 'listening-port']);
  });
});

const ARGS_FILE = '/var/snap/microk8s/1/args/kubelet';
const kubelite: FakeProcess = {
  pid: 812,
  comm: 'kubelite',
  exe: '/snap/microk8s/1/kubelite',
  argv: ['/snap/microk8s/1/kubelite', `--kubelet-args-file=${ARGS_FILE}`],
};
const second: FakeProcess = { pid: 900, argv: ['kubelet', '--root-dir=/other'] };

function putArguments(proc: string, text: string): string {
  const file = `${proc}/1/root${ARGS_FILE}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const isRoot = process.getuid?.() === 0;

describe.each(SHELLS)('The file of arguments, read by $name', shell => {
  it('is read of kubelite', () => {
    const found = find(shell, { processes: [kubelite, second] }, proc => {
      putArguments(
        proc,
        '--hostname-override=node1\n--root-dir="/var/snap/microk8s/common"\n--token=hunter2\n',
      );
    });
    expect([found.pid, found.foundBy]).toEqual([812, 'node-name']);
    expect(found.arguments).toEqual({
      'hostname-override': 'node1',
      'root-dir': '/var/snap/microk8s/common',
      'kubelet-args-file': ARGS_FILE,
    });
  });

  it('is read of no other program, and of none in a pod', () => {
    const kubelet = { ...kubelite, comm: 'kubelet' };
    const pod = { ...kubelite, pid: 91, cgroup: `0::/kubepods/pod${UID}/${ID}\n` };
    const output = run(shell, { processes: [kubelet, pod] }, proc => {
      putArguments(proc, '--hostname-override=read-all-the-same\n');
    });
    expect(output).not.toContain('read-all-the-same');
  });

  it.each<[string, (proc: string, file: string) => void]>([
    ['a FIFO', (_, file) => execFileSync('mkfifo', [file])],
    ['a link to /dev/zero', (_, file) => symlinkSync('/dev/zero', file)],
    ['a link to a file', (proc, file) => symlinkSync(`${proc}/1/root/elsewhere`, file)],
    ['a folder', (_, file) => mkdirSync(file)],
    ['a link to itself', (_, file) => symlinkSync(file, file)],
    [
      'below a folder that is a link',
      (proc, file) => {
        rmSync(path.dirname(file), { recursive: true });
        mkdirSync(`${proc}/1/root/target`);
        writeFileSync(`${proc}/1/root/target/kubelet`, '--hostname-override=node1\n');
        symlinkSync(`${proc}/1/root/target`, path.dirname(file));
      },
    ],
  ])('is not opened where it is %s', (_, make) => {
    const output = run(shell, { processes: [kubelite] }, proc => {
      const file = putArguments(proc, '');
      writeFileSync(`${proc}/1/root/elsewhere`, '--hostname-override=node1\n');
      rmSync(file);
      make(proc, file);
    });
    expect(output).toContain(`unread ${ARGS_FILE}\n`);
    expect(findKubelet('node1').parse(output).arguments).toEqual({ 'kubelet-args-file': ARGS_FILE });
  });

  it.skipIf(!isRoot)(`is not opened where it is a device${isRoot ? '' : ' [not run: not root]'}`, () => {
    const output = run(shell, { processes: [kubelite] }, proc => {
      const file = putArguments(proc, '');
      rmSync(file);
      execFileSync('mknod', [file, 'c', '1', '5']);
    });
    expect(output).toContain(`unread ${ARGS_FILE}\n`);
  });

  it.each(['/var/../etc/shadow', '//etc/shadow', '/etc/./shadow', 'relative', '/etc/*'])(
    'is not looked for at %s',
    file => {
      const argv = ['/kubelite', `--kubelet-args-file=${file}`];
      const output = run(shell, { processes: [{ ...kubelite, argv }] }, proc => {
        mkdirSync(`${proc}/1/root/etc`, { recursive: true });
        writeFileSync(`${proc}/1/root/etc/shadow`, '--hostname-override=read-all-the-same\n');
      });
      expect(output).not.toContain('read-all-the-same');
    },
  );

  it('is read up to a limit', () => {
    const output = run(shell, { processes: [kubelite] }, proc => {
      putArguments(proc, '--hostname-override=many\n'.repeat(400_000));
    });
    expect(output.match(/argument hostname-override/g)).toHaveLength(FIND_KUBELET_LIMITS.lines);
  });
});

describe.each(SHELLS)('Odd processes, looked at by $name', shell => {
  it('has an end with command lines and environments of megabytes', () => {
    const big = 'x'.repeat(2_000_000);
    const node: FakeNode = {
      processes: [
        { ...real, argv: ['kubelet', `--config=${big}`, '--hostname-override=node1'], environment: [big] },
        { pid: 813, cmdline: '\0'.repeat(2_000_000) },
        { pid: 814, argv: ['kubelet', ...Array<string>(3000).fill(`--config=/${'y'.repeat(900)}`)] },
      ],
    };
    const output = run(shell, node);
    expect(output.length).toBeLessThan(64 * 1024);
  });

  it('takes no line of a name for a fact of its own', () => {
    const forged = 'kubelet\nend 90\ncandidate 666\nstart 1\nend 666';
    const output = run(shell, {
      processes: [
        { ...impostor, comm: forged, exe: forged, argv: [forged, `--hostname-override=${forged}`] },
        { ...impostor, pid: 91, cgroup: `0::/kubepods/${forged}\n` },
        real,
      ],
      mountinfo: `900 800 8:1 /x\\040y/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n`,
    });
    expect(output).not.toMatch(/^candidate 666$/m);
    expect(output).toMatch(/^podfile \/x\\040y\/pods\/1\/etc-hosts$/m);
  });

  it('decodes a mount below a root directory with a blank', () => {
    const processes = [{ pid: 20, argv: ['kubelet', '--root-dir=/lib/a b'] }, { pid: 21 }];
    const mountinfo = '900 800 8:1 /lib/a\\040b/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n';
    expect(find(shell, { processes, mountinfo })).toMatchObject({ pid: 20, foundBy: 'root-directory' });
  });
});
