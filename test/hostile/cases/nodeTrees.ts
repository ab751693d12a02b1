/**
 * What a tenant or a sick node can make of /proc and of cgroups, met by the scripts that run in a debug pod: in every
 * shell here, with the memory of every process that they start capped as a pod's is.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findKubelet } from '../../../src/kubelet/findKubelet.js';
import { HEALTH_LIMITS, SAMPLE_LIMITS } from '../../../src/base/limits.js';
import type { PodCommand } from '../../../src/base/podCommand.js';
import { checkCgroupHealth, HEALTH_FILE } from '../../../src/cgroup/command.js';
import { parseHealth } from '../../../src/cgroup/parseHealth.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { sampleThreads } from '../../../src/threads/command.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { fillProc } from '../../support/fakeProc.js';
import type { Shell } from '../../support/shells.js';
import { statLine, writeProcTree } from '../../support/threadTree.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';

const LIMIT_SECONDS = 60;
/** Of one process of a script, in KiB: a pod has 256 MiB for all of them. */
const MEMORY_KIB = 192 * 1024;
const isLinux = process.platform === 'linux';

/** A file system in memory makes 100,000 folders in seconds, where there is one with room. */
function roomyFolder(): string {
  try {
    const { bavail, bsize, ffree } = statfsSync('/dev/shm');
    if (bavail * bsize > 1024 * MB && ffree > 300_000) return '/dev/shm';
  } catch {
    // There is none.
  }
  return tmpdir();
}

/** A folder that `fill` fills; rm, unlike Node, takes away what is deeper than a path may be long. */
async function tree(fill: (root: string) => void): Promise<Prepared<string>> {
  const root = await mkdtemp(path.join(roomyFolder(), 'node-triage-tree-'));
  const close = () => Promise.resolve(void execFileSync('rm', ['-rf', root]));
  try {
    fill(root);
  } catch (error) {
    await close();
    throw error;
  }
  return { given: root, close };
}

/** Loading it looks for shells, which nothing may do before the attack. */
async function inEachShell(attack: (shell: Shell, cwd: string) => void): Promise<void> {
  const { SHELLS } = await import('../../support/shells.js');
  assert.ok(SHELLS.length > 0);
  for (const shell of SHELLS) {
    const cwd = await mkdtemp(path.join(tmpdir(), 'node-triage-job-'));
    try {
      attack(shell, cwd);
    } finally {
      execFileSync('rm', ['-rf', cwd]);
    }
  }
}

/** With that much memory for each process that it starts. */
function run(
  shell: Shell,
  { argv, stdin }: Pick<PodCommand<unknown>, 'argv' | 'stdin'>,
  cwd: string,
): string {
  const [, ...words] = argv;
  const inner = shell.words.map(word => `'${word}'`).join(' ');
  const script = `ulimit -v ${MEMORY_KIB} && exec ${inner} "$@"`;
  return shell.run(['sh', '-c', script, 'limited', ...words], { cwd, stdin, limitSeconds: LIMIT_SECONDS });
}

function sampledIn(cwd: string): string {
  const [file = ''] = readdirSync(cwd);
  const bytes = readFileSync(path.join(cwd, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

const ARGS_FILE = '/var/snap/microk8s/1/args/kubelet';
const CONFIG = '/var/lib/kubelet/config.yaml';

/** kubelite names one file and a kubelet beside it the other, as a tenant with the host's disk could leave them. */
function planted(what: string, plant: (file: string) => void): HostileCase {
  return hostileCase({
    name: `node trees: the files that a kubelet's arguments name are ${what}`,
    capBytes: 100 * MB,
    capSeconds: 60,
    prepare: () =>
      tree(proc => {
        fillProc(proc, {
          processes: [
            {
              pid: 812,
              comm: 'kubelite',
              argv: ['/snap/microk8s/1/kubelite', `--kubelet-args-file=${ARGS_FILE}`, `--config=${CONFIG}`],
            },
            { pid: 900, argv: ['kubelet', `--config=${CONFIG}`, '--hostname-override=other'] },
          ],
        });
        for (const name of [ARGS_FILE, CONFIG])
          for (const root of ['1', '812', '900']) {
            const file = path.join(proc, root, 'root', name);
            mkdirSync(path.dirname(file), { recursive: true });
            plant(file);
          }
      }),
    attack: proc =>
      inEachShell((shell, cwd) => {
        const command = findKubelet('node1', proc);
        const output = run(shell, command, cwd);
        assert.match(output, new RegExp(`^unread ${ARGS_FILE}$`, 'm'));
        assert.equal(command.parse(output).pid, 812);
      }),
  });
}

function writeStat(folder: string): void {
  writeFileSync(path.join(folder, 'memory.stat'), 'cache 1\n');
}

function writeCgroups(root: string): string {
  const base = path.join(root, 'sys/fs/cgroup');
  mkdirSync(path.join(base, 'kubepods'), { recursive: true });
  writeFileSync(path.join(base, 'cgroup.controllers'), 'memory\n');
  for (const name of ['', 'kubepods']) writeStat(path.join(base, name));
  return base;
}

function checked(shell: Shell, root: string, cwd: string): ReturnType<typeof parseHealth> {
  run(shell, checkCgroupHealth({ root }), cwd);
  return parseHealth(readFileSync(path.join(cwd, HEALTH_FILE), 'utf8'));
}

/** Below what a path may be long, and further by the open folder at its end. */
function deepen(folder: string, levels: number): void {
  const step = 'd/'.repeat(900);
  let open: number | undefined;
  let at = folder;
  for (let made = 0; made < levels; made += 900) {
    mkdirSync(path.join(at, step), { recursive: true });
    const next = openSync(path.join(at, step), 'r');
    if (open !== undefined) closeSync(open);
    open = next;
    at = `/proc/self/fd/${next}`;
  }
  if (open !== undefined) closeSync(open);
}

const manyCgroups = hostileCase({
  name: 'node trees: 100,000 cgroups',
  capBytes: 200 * MB,
  capSeconds: 180,
  prepare: random =>
    tree(root => {
      const base = writeCgroups(root);
      const name = 'x'.repeat(random.integer(20, 80));
      for (let pod = 0; pod < 100; pod++) {
        const folder = path.join(base, `kubepods/pod${pod}`);
        mkdirSync(folder);
        for (let count = 0; count < 1000; count++) mkdirSync(`${folder}/${name}${count}`);
      }
    }),
  attack: root =>
    inEachShell((shell, cwd) => {
      const { counts, warnings, reads } = checked(shell, root, cwd);
      assert.equal(counts.isPartial, true);
      assert.ok((counts.directories ?? 0) > 0 && (counts.directories ?? 0) <= HEALTH_LIMITS.cgroups);
      assert.match(
        warnings.map(({ template }) => template).join(),
        /The list of cgroups was cut at its limit/,
      );
      assert.ok(reads.length > 0);
    }),
});

const deepCgroups = hostileCase({
  name: 'node trees: cgroups deeper than a path may be long',
  capBytes: 200 * MB,
  capSeconds: 120,
  prepare: random =>
    tree(root => {
      const base = writeCgroups(root);
      for (const name of ['a', 'b', 'kubepods/c']) {
        mkdirSync(path.join(base, name));
        deepen(path.join(base, name), random.integer(4, 6) * 900);
      }
    }),
  attack: root =>
    inEachShell((shell, cwd) => {
      const { reads, scan, warnings } = checked(shell, root, cwd);
      assert.deepEqual(
        reads.map(({ cgroup }) => cgroup),
        ['/', '/kubepods'],
      );
      assert.ok((scan?.cgroups ?? 0) > 0);
      // Whole: what is too deep is left out, and nothing else.
      assert.ok(warnings.every(({ template }) => !template.startsWith('The file is cut off')));
    }),
});

const manyProcesses = hostileCase({
  name: 'node trees: more processes and open files than are listed',
  capBytes: 200 * MB,
  capSeconds: 180,
  prepare: random =>
    tree(proc => {
      writeProcTree(proc, 42, [{ tid: 42, command: 'kubelet', state: 'S', syscall: 'running' }], {});
      const files = SAMPLE_LIMITS.files + random.integer(1, 20_000);
      for (let fd = 0; fd < files; fd++) symlinkSync(`/var/log/${fd}`, `${proc}/42/fd/${fd}`);
      for (let pid = 1000; pid < 1000 + SAMPLE_LIMITS.processes + 1000; pid++) {
        mkdirSync(`${proc}/${pid}`);
        writeFileSync(`${proc}/${pid}/stat`, `${statLine({ tid: pid, command: 'x', state: 'S' })}\n`);
      }
    }),
  attack: proc =>
    inEachShell((shell, cwd) => {
      run(shell, sampleThreads({ pid: 42, seconds: 1, rounds: 2, proc }), cwd);
      const samples = parseSamples(sampledIn(cwd));
      assert.equal(samples.end, 'complete');
      assert.equal(samples.rounds[0]?.descriptors.size, SAMPLE_LIMITS.files - 1);
      assert.ok((samples.looks[0]?.processes.size ?? 0) <= SAMPLE_LIMITS.processes);
      const said = analyseThreads(samples)
        .warnings.map(({ template }) => template)
        .join('\n');
      assert.match(said, /listed up to a limit/);
      assert.match(said, /processes of the node were counted/);
    }),
});

/** The trees are those of Linux. */
export const cases: readonly HostileCase[] = isLinux
  ? [
      planted('named pipes', file => void execFileSync('mkfifo', [file])),
      planted('links to /dev/zero', file => symlinkSync('/dev/zero', file)),
      planted('folders', file => {
        mkdirSync(file);
      }),
      manyCgroups,
      deepCgroups,
      manyProcesses,
    ]
  : [];
