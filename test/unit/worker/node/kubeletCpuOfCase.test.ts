/** A check of cgroup health on this machine's disk, judged beside the other captures of its case: by the worker and `inspect`. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runInspect } from '../../../../src/cli/runInspect.js';
import { nodeHost } from '../../../../src/worker/node/nodeHost.js';
import { runReport } from '../../../../src/worker/reportJobs.js';
import { FIXTURES } from '../../../support/fixtures.js';

const HEALTH = 'cgroups.health.txt';
const limits = { maxBytes: 2 ** 26 };

/** A folder of captures of one case, each with files. */
function captures(folders: Readonly<Record<string, object>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'node-triage-cpu-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, record] of Object.entries(folders)) {
    mkdirSync(path.join(root, name));
    writeFileSync(
      path.join(root, name, 'capture.json'),
      JSON.stringify({ node: { name: 'node1' }, case: { id: 'a' }, ...record }),
    );
  }
  return root;
}

function putHealth(folder: string): string {
  const file = path.join(folder, HEALTH);
  cpSync(path.join(FIXTURES, 'pod', 'jobs', 'cgroups', 'files', HEALTH), file);
  return file;
}

async function answersOf(file: string): Promise<readonly unknown[]> {
  const report = await runReport({ kind: 'file', path: file }, limits, nodeHost, () => undefined);
  const { output } = runInspect(['--json', file]) as {
    readonly output: { readonly answer: { readonly id: string } };
  };
  return [report.kind === 'cgroups' && [report.answer.id, report.kubeletCpu], output.answer.id];
}

describe('a check of cgroup health in a case', () => {
  it('goes by the CPU that the profile of the case measured', async () => {
    const root = captures({ cgroups: {}, profile: { processCpu: { cpuSeconds: 20.1, windowSeconds: 15 } } });
    expect(await answersOf(putHealth(path.join(root, 'cgroups')))).toEqual([
      ['explains-little', { cores: 1.34, seconds: 15, file: 'capture.json' }],
      'explains-little',
    ]);
  });

  it('goes by the threads that were sampled', async () => {
    const root = captures({ cgroups: {}, threads: {} });
    cpSync(
      path.join(FIXTURES, 'pod', 'jobs', 'threads', 'files', 'threads.samples.txt.gz'),
      path.join(root, 'threads', 'threads.samples.txt.gz'),
    );
    const [[id, cpu]] = (await answersOf(putHealth(path.join(root, 'cgroups')))) as [[string, object]];
    expect(id).toBe('explains-little');
    expect(cpu).toMatchObject({ file: 'threads.samples.txt.gz', cores: expect.closeTo(0.173, 3) as number });
  });

  it('takes nothing from another case, nor from another node', async () => {
    const busy = { processCpu: { cpuSeconds: 20.1, windowSeconds: 15 } };
    const root = captures({
      cgroups: {},
      'other case': { ...busy, case: { id: 'b' } },
      'other node': { ...busy, node: { name: 'node2' } },
    });
    expect(await answersOf(putHealth(path.join(root, 'cgroups')))).toEqual([
      ['explains-unknown', undefined],
      'explains-unknown',
    ]);
  });

  it('takes nothing from a folder that is no capture: what lies there may be of any node', async () => {
    const root = captures({ profile: { processCpu: { cpuSeconds: 20.1, windowSeconds: 15 } } });
    mkdirSync(path.join(root, 'profile', 'downloads'));
    const file = putHealth(path.join(root, 'profile', 'downloads'));
    cpSync(
      path.join(FIXTURES, 'pod', 'jobs', 'threads', 'files', 'threads.samples.txt.gz'),
      path.join(path.dirname(file), 'threads.samples.txt.gz'),
    );
    expect(await answersOf(file)).toEqual([['explains-unknown', undefined], 'explains-unknown']);
  });
});
