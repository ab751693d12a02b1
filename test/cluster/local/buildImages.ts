/**
 * The container images of the local cluster, as docker archives that containerd imports: nothing is pulled.
 * `localhost/pause:1` does nothing and ends when told; `node-triage.test/busybox:1` has a shell, as an image that is on a
 * stock node may have; `node-triage.test/strace:1` has this machine's strace besides, and is `localhost/debug:1` too.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { runCommand } from './runCommand.js';

export const PAUSE_IMAGE = 'localhost/pause:1';
export const DEBUG_IMAGE = 'localhost/debug:1';
/** Another name of it, which has a digest, too. */
export const DIGESTED_IMAGE = 'localhost/digested:1';
export const BUSYBOX_IMAGE = 'node-triage.test/busybox:1';
export const STRACE_IMAGE = 'node-triage.test/strace:1';
/** Raised when what is in them changes: a cache of another revision is not used. */
const REVISION = 2;

interface ImageRecipe {
  /** Of one image; the first is the archive's. */
  readonly names: readonly [string, ...string[]];
  readonly command: string;
  readonly fill: (root: string) => Promise<void>;
}

const recipes: readonly ImageRecipe[] = [
  { names: [PAUSE_IMAGE], command: '/pause', fill: fillPause },
  { names: [BUSYBOX_IMAGE], command: '/bin/sh', fill: fillBusybox },
  { names: [STRACE_IMAGE, DEBUG_IMAGE], command: '/bin/sh', fill: fillStrace },
];

/** Archives to import, those missing in the cache made first. */
export async function buildImages(cache: string): Promise<readonly string[]> {
  mkdirSync(cache, { recursive: true });
  const archives: string[] = [];
  for (const recipe of recipes) {
    const archive = path.join(cache, `${recipe.names[0].replace(/\W/g, '-')}-r${REVISION}.tar`);
    if (!existsSync(archive)) await buildArchive(recipe, archive);
    archives.push(archive);
  }
  return archives;
}

async function buildArchive({ names, command, fill }: ImageRecipe, archive: string): Promise<void> {
  const work = mkdtempSync(`${archive}-building-`);
  try {
    const root = path.join(work, 'root');
    mkdirSync(root);
    await fill(root);
    await runCommand('tar', [
      '-C',
      root,
      '--owner=0',
      '--group=0',
      '--mtime=@0',
      '-cf',
      `${work}/layer.tar`,
      '.',
    ]);
    const layer = createHash('sha256')
      .update(readFileSync(path.join(work, 'layer.tar')))
      .digest('hex');
    const config = {
      architecture: os.arch() === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin:/usr/bin:/sbin'], Cmd: [command] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    };
    writeFileSync(path.join(work, 'config.json'), JSON.stringify(config));
    const manifest = [{ Config: 'config.json', RepoTags: names, Layers: ['layer.tar'] }];
    writeFileSync(path.join(work, 'manifest.json'), JSON.stringify(manifest));
    await runCommand('tar', [
      '-C',
      work,
      '-cf',
      `${work}/image.tar`,
      'manifest.json',
      'config.json',
      'layer.tar',
    ]);
    renameSync(path.join(work, 'image.tar'), archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fillPause(root: string): Promise<void> {
  const source = `
#include <signal.h>
#include <unistd.h>
static void end(int signal) { (void)signal; _exit(0); }
int main(void) { signal(SIGTERM, end); signal(SIGINT, end); for (;;) pause(); }
`;
  await runCommand('gcc', ['-static', '-O2', '-x', 'c', '-o', path.join(root, 'pause'), '-'], {
    input: source,
  });
}

async function fillBusybox(root: string): Promise<void> {
  for (const folder of ['bin', 'usr/bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'root'])
    mkdirSync(path.join(root, folder), { recursive: true });
  copyFileSync('/bin/busybox', path.join(root, 'bin/busybox'));
  const applets = (await runCommand('/bin/busybox', ['--list'])).split('\n');
  for (const applet of applets)
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', path.join(root, 'bin', applet));
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
}

async function fillStrace(root: string): Promise<void> {
  await fillBusybox(root);
  copyFileSync('/usr/bin/strace', path.join(root, 'bin/strace'));
  // Libraries keep their paths; the dynamic linker finds them by its defaults.
  for (const [, library] of (await runCommand('ldd', ['/usr/bin/strace'])).matchAll(/(\/\S+) \(0x/g)) {
    const target = path.join(root, library!);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(realpathSync(library!), target);
  }
}
