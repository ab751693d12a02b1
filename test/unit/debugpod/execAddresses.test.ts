/**
 * How long the addresses of our exec requests are. Proxies before API servers refuse long ones, 8 KiB of request line
 * being the smallest limit in wide use (nginx, large_client_header_buffers); a quarter of it is left to paths and prefixes.
 */
import { expect, it } from 'vitest';
import type { KubeletProcess } from '../../../src/kubelet/findKubelet.js';
import { findKubelet } from '../../../src/kubelet/findKubelet.js';
import type { PodJob } from '../../../src/base/podCommand.js';
import { checkCgroupHealth } from '../../../src/cgroup/command.js';
import { readNodeFacts } from '../../../src/nodefacts/command.js';
import {
  fetchArgv,
  heartbeatArgv,
  jobEndArgv,
  jobStart,
  jobWaitArgv,
} from '../../../src/debugpod/jobScripts.js';
import { uploadArgv, uploadCheckArgv } from '../../../src/debugpod/uploadScripts.js';
import { kernelTraceJob, sweepInstances } from '../../../src/ktrace/kernelTrace.js';
import { checkTraced, probeStrace, straceJob } from '../../../src/strace/straceJobs.js';
import { sampleThreads } from '../../../src/threads/command.js';

const LIMIT_BYTES = 6 * 1024;
/** A pipe between client and command holds as much, whatever becomes of the command (pipe(7), 16 pages at first). */
const PIPE_BYTES = 64 * 1024;

const kubelet = {
  pid: 4_194_304,
  startTicks: 123_456_789,
  host: { isInitialPidNamespace: false },
} as KubeletProcess;
const tool = {
  version: [6, 1],
  root: '/host',
  path: '/usr/local/bin/strace',
} as unknown as Parameters<typeof straceJob>[1];
const times = { seconds: 10, quietSeconds: 3 };

const jobs: readonly PodJob[] = [
  sampleThreads({ ...kubelet, seconds: 10, rounds: 50 }),
  checkCgroupHealth(),
  readNodeFacts(),
  straceJob('summary', tool, kubelet, times),
  straceJob('futex', tool, kubelet, times),
  kernelTraceJob(kubelet, { ...times, id: 'abcdef123456', filter: 'id == 202' }),
];

const commands: readonly (readonly string[])[] = [
  findKubelet('node1').argv,
  probeStrace('image', ['/opt/strace', '/usr/bin/strace']).argv,
  checkTraced(kubelet.pid).argv,
  sweepInstances.argv,
  heartbeatArgv(),
  jobWaitArgv('kernel-trace', 20),
  jobEndArgv('kernel-trace', 5),
  fetchArgv('kernel-trace', 'futex.strace.txt'),
  uploadCheckArgv(),
  uploadArgv('strace', 8_000_000, { sha256: 'a'.repeat(64), cksum: 4_294_967_295 }),
  ...jobs.map(job => jobStart(job).argv),
];

it.each(commands.map(argv => [argv[3] ?? '', argv] as const))('%s has room in a request line', (_, argv) => {
  expect(new URLSearchParams(argv.map(word => ['command', word])).toString().length).toBeLessThan(
    LIMIT_BYTES,
  );
});

it.each(jobs.map(job => [job.name, job] as const))('the words of %s fit into a pipe', (_, job) => {
  const { stdin } = jobStart(job);
  expect(stdin.length).toBeGreaterThan(job.argv.join('').length);
  expect(stdin.length).toBeLessThan(PIPE_BYTES / 2);
});
