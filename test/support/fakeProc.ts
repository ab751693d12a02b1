/** A /proc made of files (proc(5)), as far as findKubeletScript.ts reads it, hostile where a test wants it so. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FakeProcess {
  readonly pid: number;
  readonly comm?: string;
  readonly exe?: string;
  readonly argv?: readonly string[];
  /** In place of argv: what /proc/PID/cmdline holds. */
  readonly cmdline?: string;
  readonly uid?: number;
  /** Inodes of sockets that are open. */
  readonly sockets?: readonly number[];
  /** /proc/PID/net/tcp. */
  readonly tcp?: string;
  readonly environment?: readonly string[];
  readonly pidNamespace?: string;
  readonly cgroup?: string;
  readonly stat?: string;
}

export interface FakeNode {
  /** Of process 1. */
  readonly cgroup?: string;
  readonly processes: readonly FakeProcess[];
  readonly mountinfo?: string;
  readonly yama?: string;
  readonly lockdown?: string;
  readonly filesystems?: string;
  readonly isTracingMounted?: boolean;
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Fills an empty folder, as which it is mounted. */
export function fillProc(proc: string, node: FakeNode): void {
  put(`${proc}/sys/kernel/osrelease`, '4.4.227-1.el7.elrepo.x86_64\n');
  put(`${proc}/filesystems`, node.filesystems ?? 'nodev\tproc\nnodev\ttracefs\n\text4\n');
  if (node.cgroup !== undefined) put(`${proc}/1/cgroup`, node.cgroup);
  put(`${proc}/self/mountinfo`, node.mountinfo ?? '22 1 0:5 / /proc rw - proc proc rw\n');
  if (node.yama !== undefined) put(`${proc}/sys/kernel/yama/ptrace_scope`, node.yama);
  if (node.lockdown !== undefined) put(`${proc}/1/root/sys/kernel/security/lockdown`, node.lockdown);
  if (node.isTracingMounted === true)
    put(`${proc}/1/root/sys/kernel/tracing/events/raw_syscalls/enable`, '0\n');
  mkdirSync(`${proc}/self/ns`);
  symlinkSync('pid:[4026531836]', `${proc}/self/ns/pid`);
  for (const fake of node.processes) buildProcess(proc, fake);
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
    `Name:\t${comm}\nState:\tS (sleeping)\nTracerPid:\t0\nUid:\t${fake.uid ?? 0}\t0\t0\t0\nThreads:\t17\n`,
  );
  put(
    `${folder}/cmdline`,
    fake.cmdline ?? (fake.argv ?? [`/usr/bin/${comm}`]).map(word => `${word}\0`).join(''),
  );
  put(`${folder}/environ`, (fake.environment ?? []).map(word => `${word}\0`).join(''));
  put(`${folder}/cgroup`, fake.cgroup ?? '0::/system.slice/kubelet.service\n');
  mkdirSync(`${folder}/ns`);
  symlinkSync(fake.pidNamespace ?? 'pid:[4026531836]', `${folder}/ns/pid`);
  symlinkSync(fake.exe ?? `/usr/bin/${comm}`, `${folder}/exe`);
  buildNetwork(folder, fake);
}

function buildNetwork(folder: string, { tcp, sockets = [] }: FakeProcess): void {
  if (tcp !== undefined) put(`${folder}/net/tcp`, tcp);
  mkdirSync(`${folder}/fd`);
  for (const [index, inode] of sockets.entries()) symlinkSync(`socket:[${inode}]`, `${folder}/fd/${index}`);
}
