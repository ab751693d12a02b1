/**
 * What the local cluster needs of the machine, looked at before anything starts, so that what is missing is said at
 * once and exactly. Debian packages are installed where apt is there; nothing else is changed.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './runCommand.js';

/** Files and the Debian packages that bring them. */
const FILES: readonly (readonly [file: string, debianPackage: string])[] = [
  ['/usr/bin/etcd', 'etcd-server'],
  ['/usr/bin/containerd', 'containerd'],
  ['/usr/sbin/runc', 'runc'],
  ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
  ['/bin/busybox', 'busybox-static'],
  ['/usr/bin/strace', 'strace'],
  ['/usr/bin/openssl', 'openssl'],
  ['/usr/bin/gcc', 'gcc'],
  ['/usr/include/stdio.h', 'libc6-dev'],
  ['/sbin/ip', 'iproute2'],
  ['/usr/bin/unshare', 'util-linux'],
];

/** The first Go that knows `tool` lines in go.mod. */
const GO_MINOR = 24;

/** Sentences, each naming one thing that is missing and how to get it; empty where the cluster can start. */
export async function findMissing(
  say: (step: string) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (process.platform !== 'linux')
    return [
      `The local cluster runs on Linux alone (this is ${process.platform}): set KUBECONFIG to a disposable one.`,
    ];
  if (process.getuid?.() !== 0)
    return [
      'The local cluster needs root (namespaces, cgroups): run as root, or set KUBECONFIG to a disposable one.',
    ];
  const missing = [...(await findGoMissing()), ...(await findKernelMissing())];
  // Packages last: installing some for a cluster that cannot start would be for nothing.
  return missing.length > 0 ? missing : installPackages(say, signal);
}

async function findGoMissing(): Promise<readonly string[]> {
  const version = await runCommand('go', ['env', 'GOVERSION'], { cwd: '/' }).catch(() => undefined);
  if (version === undefined)
    return [`Go 1.${GO_MINOR} or later is not on the PATH: install it from https://go.dev/dl.`];
  const minor = /^go1\.(\d+)/.exec(version)?.[1];
  if (minor !== undefined && Number(minor) < GO_MINOR)
    return [`Go 1.${GO_MINOR} or later is needed to build Kubernetes; this is ${version.trim()}.`];
  return [];
}

async function findKernelMissing(): Promise<readonly string[]> {
  const missing: string[] = [];
  const unshared = await runCommand('unshare', [
    '--mount',
    '--pid',
    '--fork',
    'mount',
    '--make-rprivate',
    '/',
  ]).catch((error: unknown) => error);
  if (unshared instanceof Error)
    missing.push(`Namespaces cannot be made here (in a container: run it privileged): ${unshared.message}`);
  if (!isWritable('/sys/fs/cgroup'))
    missing.push('/sys/fs/cgroup cannot be written to (in a container: --privileged).');
  if (!existsSync('/sys/fs/cgroup/memory') && !existsSync('/sys/fs/cgroup/cgroup.controllers'))
    missing.push('No cgroup hierarchy with a memory controller is mounted at /sys/fs/cgroup.');
  return missing;
}

async function installPackages(say: (step: string) => void, signal: AbortSignal): Promise<readonly string[]> {
  const lacking = () => FILES.filter(([file]) => !existsSync(file));
  if (lacking().length === 0) return [];
  const packages = lacking().map(([, name]) => name);
  const isAptThere = existsSync('/usr/bin/apt-get');
  if (isAptThere) {
    say(`installing ${packages.join(' ')}`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = ['install', '-y', '--no-install-recommends', ...packages];
    await runCommand('apt-get', ['update'], { environment, signal });
    await runCommand('apt-get', install, { environment, signal });
  }
  const how = isAptThere
    ? 'apt-get installed it and it is still not there'
    : 'there is no apt-get here: install it yourself';
  return lacking().map(([file, name]) => `${file} is missing (Debian package ${name}; ${how}).`);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(path.resolve(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
