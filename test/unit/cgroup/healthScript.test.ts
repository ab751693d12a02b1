/**
 * The script that checks cgroup health, in every shell here: on generated trees of cgroup v1 and v2 (v2 is not run on a
 * real hierarchy here), and on this machine's own.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { checkCgroupHealth, HEALTH_FILE, type HealthRequest } from '../../../src/cgroup/command.js';
import { readCgroups } from '../../../src/evidence/readCgroups.js';
import { SHELLS, type Shell } from '../../support/shells.js';

const hasProc = existsSync('/proc/self/stat');
const POD = 'pod030e4448-9021-4724-9ac1-2b81fa5c9534';
const SLICE = 'kubepods-besteffort-pod030e4448_9021_4724_9ac1_2b81fa5c9534.slice';

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-cgroups-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A node's root with the files that the script reads. */
function writeNode(kernelCgroups: number): string {
  const root = temporaryFolder();
  const files: Readonly<Record<string, string>> = {
    'proc/sys/kernel/osrelease': '4.4.227-1.el7.elrepo.x86_64\n',
    'proc/sys/fs/dentry-state': '412636\t410673\t45\t0\t74798\t0\n',
    'proc/cgroups': `#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t10\t1\nmemory\t4\t${kernelCgroups}\t1\n`,
    'proc/meminfo':
      'MemTotal:       1000000 kB\nCached:  2000 kB\nSlab:   300000 kB\nSReclaimable: 200000 kB\nPercpu: 30000 kB\n',
    'proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=UUID=secret cgroup.memory=nokmem quiet\n',
    'etc/os-release': 'NAME="CentOS Linux"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

function writeCgroups(base: string, cgroups: readonly string[]): void {
  for (const cgroup of ['', ...cgroups]) {
    mkdirSync(path.join(base, cgroup), { recursive: true });
    writeFileSync(path.join(base, cgroup, 'memory.stat'), 'cache 1\nrss 2\n');
  }
}

function check(shell: Shell, request: HealthRequest, change = (script: string) => script) {
  const cwd = temporaryFolder();
  const argv = checkCgroupHealth(request).argv.map((word, index) => (index === 2 ? change(word) : word));
  shell.run(argv, { cwd });
  expect(readdirSync(cwd)).toEqual([HEALTH_FILE]);
  return readCgroups(readFileSync(path.join(cwd, HEALTH_FILE), 'utf8')).assessment;
}

describe.skipIf(!hasProc).each(SHELLS)(`in $name${hasProc ? '' : ' [not run: no /proc here]'}`, shell => {
  it('measures a generated v1 node of the founding case: dead cgroups, an old kernel', () => {
    const root = writeNode(20_006);
    const base = path.join(root, 'sys/fs/cgroup/memory');
    writeCgroups(base, ['system.slice', 'kubepods', `kubepods/${POD}`, `kubepods/${POD}/c 1`]);

    const { health, verdict, estimatedCores } = check(shell, { root });

    expect(health).toMatchObject({
      layout: 'v1',
      root: base,
      kernelRelease: '4.4.227-1.el7.elrepo.x86_64',
      osName: 'CentOS Linux 7 (Core)',
      bootOptions: ['cgroup.memory=nokmem'],
      counts: { kernel: 20_006, directories: 5, dying: 20_001, pods: 1, isPartial: false },
      memory: { total: 1_024_000_000, slab: 307_200_000, percpu: 30_720_000, available: undefined },
      dentries: { count: 412_636, unused: 410_673 },
      warnings: [],
    });
    expect(health.reads.map(read => [read.role, read.cgroup, read.rounds])).toEqual([
      ['root', '/', 5],
      ['kubepods', '/kubepods', 5],
    ]);
    expect(health.reads.every(read => read.maxSeconds < 0.05)).toBe(true);
    expect(health.scan).toMatchObject({ cgroups: 5, isPartial: false });
    expect(health.slowest.map(each => each.cgroup).sort()).toContain(`/kubepods/${POD}/c 1`);
    expect(estimatedCores).toBeLessThan(0.05);
    expect(verdict.map(line => line.id)).toEqual([
      'percpu-memory',
      'slab-memory',
      'kernel-not-fixed',
      'many-dead-cgroups',
    ]);
    expect(verdict.find(line => line.id === 'kernel-not-fixed')?.doubt[0]?.template).toBe(
      'Reads are quick now.',
    );
  });

  it('measures a generated v2 node: dying descendants, slices of pods', () => {
    const root = writeNode(300);
    const base = path.join(root, 'sys/fs/cgroup');
    writeCgroups(base, ['kubepods.slice', `kubepods.slice/kubepods-besteffort.slice/${SLICE}`]);
    writeFileSync(path.join(base, 'cgroup.controllers'), 'cpu memory\n');
    writeFileSync(path.join(base, 'cgroup.stat'), 'nr_descendants 3\nnr_dying_descendants 70123\n');

    const { health, verdict } = check(shell, { root });

    expect(health).toMatchObject({
      layout: 'v2',
      counts: { directories: 4, dying: 70_123, pods: 1 },
      reads: [{ cgroup: '/' }, { cgroup: '/kubepods.slice' }],
    });
    expect(verdict.find(line => line.id === 'many-dead-cgroups')?.confirm).toEqual([
      { kind: 'command', command: 'grep nr_dying_descendants /sys/fs/cgroup/cgroup.stat' },
    ]);
  });

  it('stops early where one read takes longer than a second, and names it', () => {
    const root = writeNode(40);
    const base = path.join(root, 'sys/fs/cgroup/memory');
    writeCgroups(base, ['kubepods']);
    const slow = path.join(base, 'memory.stat');
    rmSync(slow);
    execFileSync('mkfifo', [slow]);
    // Opening waits for a reader: the second begins when the read does.
    const writer = spawn('sh', ['-c', 'while :; do { sleep 1.1; echo cache 1; } > "$1"; done', 'sh', slow]);
    onTestFinished(() => void writer.kill('SIGKILL'));

    const { health, verdict, answer } = check(shell, { root, maxScanned: 0 });

    const [read] = health.reads;
    expect(read).toMatchObject({ cgroup: '/', rounds: 1, isStoppedEarly: true });
    expect(read?.medianSeconds).toBeGreaterThan(1);
    expect(verdict[0]).toMatchObject({
      id: 'slow-memory-stat',
      confirm: [{ kind: 'command', command: 'time cat /sys/fs/cgroup/memory/memory.stat > /dev/null' }],
    });
    // All of it was waiting for the writer.
    expect(answer.evidence[1]?.measure).toMatchObject({
      unit: 'share',
      value: expect.closeTo(0, 1) as number,
    });
    expect(
      verdict
        .find(line => line.id === 'kernel-not-fixed')
        ?.evidence.map(({ sentence }) => formatSentence(sentence)),
    ).toContain('the reads are made by memcg_stat_show');
  });

  it('names the system as the node’s status does where its root has no os-release, and never the image’s', () => {
    const root = writeNode(40);
    rmSync(path.join(root, 'etc/os-release'));
    expect(check(shell, { root }).health.osName).toBeUndefined();
    const osName = 'Ubuntu 22.04.5 LTS\n# layout: v2';
    expect(check(shell, { root, osName }).health).toMatchObject({
      osName: 'Ubuntu 22.04.5 LTS # layout: v2',
      layout: 'none',
    });
  });

  it('has an answer where there are no memory cgroups', () => {
    const { health, verdict } = check(shell, { root: writeNode(1) });
    expect(health).toMatchObject({
      layout: 'none',
      root: undefined,
      reads: [],
      warnings: [{ template: 'No memory cgroups were found on the node.' }],
    });
    expect(verdict[0]?.id).toBe('not-measured');
  });

  it('measures with a clock of 10 ms, too: many reads together', () => {
    const root = writeNode(40);
    writeCgroups(path.join(root, 'sys/fs/cgroup/memory'), []);
    const { health } = check(shell, { root }, script => {
      expect(script).toMatch(/^find_clock$/m);
      return script.replace(/^find_clock$/m, 'clock=uptime');
    });
    const [read] = health.reads;
    expect(health).toMatchObject({ clock: 'uptime', scan: undefined });
    expect(read?.readsPerRound).toBeGreaterThan(100);
    expect(read?.medianSeconds).toBeGreaterThan(0);
    expect(read?.medianSeconds).toBeLessThan(0.005);
    expect(health.warnings.map(formatSentence)).toEqual([
      expect.stringContaining('no clock that is fine enough'),
    ]);
  });
});

it('is a job with values as parameters, never as part of the script', () => {
  const job = checkCgroupHealth({ root: '/host' });
  expect(job.argv.slice(3)).toEqual(['node-triage-cgroups', '/host', '30', '1000', '']);
  expect(job).toMatchObject({ name: 'cgroups', limitSeconds: 90 });
});
