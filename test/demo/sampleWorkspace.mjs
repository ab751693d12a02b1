// @ts-check
/** The folder that `npm start` opens: a page that says what to try, and a few recorded profiles. */
import { copyFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const fixtures = path.join(here, '..', 'fixtures', 'profiles');
/** Name in the workspace → recording (test/fixtures/profiles/README.md says where each is from). */
const PROFILES = {
  'slow-memory-stat.pb.gz': 'cpu-v1.32-runc-30s.pb.gz',
  'slow-memory-stat.txt': 'cpu-v1.32-runc-30s.raw.txt',
  'idle.pb.gz': 'cpu-idle-30s.pb.gz',
  'heap.pb.gz': 'heap-30pods.pb.gz',
  'goroutines.pb.gz': 'goroutine-debug0-30pods.pb.gz',
};

/**
 * @param {string} parent  an existing folder
 * @returns {Promise<string>} the workspace folder, made in it
 */
export async function createSampleWorkspace(parent) {
  const workspace = path.join(parent, 'node-triage-demo');
  await cp(path.join(here, 'workspace'), workspace, { recursive: true });
  await mkdir(path.join(workspace, 'profiles'));
  for (const [name, recording] of Object.entries(PROFILES))
    await copyFile(path.join(fixtures, recording), path.join(workspace, 'profiles', name));
  return workspace;
}
