/**
 * The lane's cgroups: one tree of its own in every hierarchy, below which the kubelets put theirs. cgroup v1 is what
 * the lane is run on; on v2 the controllers are handed down first.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { CGROUP } from './clusterLayout.js';

const ROOT = '/sys/fs/cgroup';

export type CgroupVersion = 1 | 2;

/** v1 where the memory controller has a hierarchy of its own (also in hybrid mode). */
export function cgroupVersion(): CgroupVersion {
  return existsSync(`${ROOT}/memory/cgroup.procs`) ? 1 : 2;
}

/** Makes a cgroup in every hierarchy; `cgroup` begins with a slash. */
export function createCgroups(cgroup: string): void {
  for (const hierarchy of hierarchies()) {
    let folder = hierarchy;
    for (const name of cgroup.split('/').filter(part => part !== '')) {
      handDown(folder);
      folder = path.join(folder, name);
      mkdirSync(folder, { recursive: true });
      inherit(folder, 'cpuset.cpus');
      inherit(folder, 'cpuset.mems');
    }
    handDown(folder);
  }
}

/** The lane's cgroups that exist, deepest first. */
export function findCgroups(): readonly string[] {
  return hierarchies().flatMap(hierarchy => below(path.join(hierarchy, CGROUP)));
}

/** Removes what is empty of processes; what cannot go yet stays. */
export function removeCgroups(): void {
  for (const folder of findCgroups())
    try {
      rmdirSync(folder);
    } catch {
      // EBUSY while the kernel still ends a process in it: the caller looks again and tells.
    }
}

function hierarchies(): readonly string[] {
  if (cgroupVersion() === 2) return [ROOT];
  return readdirSync(ROOT)
    .map(name => path.join(ROOT, name))
    .filter(folder => existsSync(path.join(folder, 'cgroup.procs')));
}

function below(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const children = readdirSync(folder).map(name => path.join(folder, name));
  // A cgroup can vanish between the listing and the look.
  const folders = children.filter(
    child => statSync(child, { throwIfNoEntry: false })?.isDirectory() === true,
  );
  return [...folders.flatMap(below), folder];
}

/** v1: a new cpuset has no CPUs and no memory nodes, and takes no process before it has. */
function inherit(folder: string, file: string): void {
  const own = path.join(folder, file);
  if (cgroupVersion() !== 1 || !existsSync(own) || readFileSync(own, 'utf8').trim() !== '') return;
  writeFileSync(own, readFileSync(path.join(path.dirname(folder), file)));
}

/** v2: a controller works below a cgroup only where that says so. */
function handDown(folder: string): void {
  const available = path.join(folder, 'cgroup.controllers');
  if (cgroupVersion() !== 2 || !existsSync(available)) return;
  for (const controller of readFileSync(available, 'utf8').trim().split(' '))
    if (controller !== '') writeFileSync(path.join(folder, 'cgroup.subtree_control'), `+${controller}`);
}
