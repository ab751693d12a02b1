// @ts-check
/** The folder the steps work in: profiles under names that fit, that do not fit, and files that are broken. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const fixtures = path.join(here, '..', 'fixtures', 'profiles');
const CPU = 'cpu-v1.32-runc-30s.pb.gz';
const FOLDED = ['main;syncLoop;statFs 30', 'main;syncLoop;futex 10', 'main;gcBgMarkWorker 2', ''].join('\n');

/** Name → recording. */
const COPIES = {
  'kubelet.pprof': CPU,
  'odd [1] Ωmega #2 100%.prof': CPU,
  'no-extension': CPU,
  'raw.txt': 'cpu-v1.32-runc-30s.raw.txt',
  'heap.pb.gz': 'heap-30pods.pb.gz',
  'no-samples.pb.gz': 'cpu-empty-1s.pb.gz',
  'trace.prof': 'trace-5s.out',
};

/**
 * @param {string} parent
 * @returns {Promise<string>}
 */
export async function createE2eWorkspace(parent) {
  const workspace = path.join(parent, 'workspace');
  await mkdir(workspace);
  for (const [name, recording] of Object.entries(COPIES))
    await copyFile(path.join(fixtures, recording), path.join(workspace, name));
  await writeFile(path.join(workspace, 'stacks.folded'), FOLDED);
  const whole = await readFile(path.join(fixtures, CPU));
  await writeFile(path.join(workspace, 'truncated.pb.gz'), whole.subarray(0, whole.length / 2));
  await writeFile(path.join(workspace, 'empty.pprof'), '');
  await writeFile(path.join(workspace, 'letter.prof'), 'Dear on-call,\nthis is not a profile.\n');
  return workspace;
}
