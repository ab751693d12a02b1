/** Goroutines of the kubelet as rules ask for them: how many there are, and which stack most of them have. */
import type { GoroutineGroup, NodeEvidence, Place } from '../../../material/model.js';
import type { Reading } from '../../reading.js';

export interface GoroutineTotal {
  readonly count: number;
  readonly place: Place | undefined;
}

/** The largest number that any file gives: a dump, /metrics, a count. */
export function countGoroutines(evidence: NodeEvidence, reading: Reading): GoroutineTotal | undefined {
  const byFile = new Map<string, number>();
  for (const { at, count } of evidence.goroutines) byFile.set(at.file, (byFile.get(at.file) ?? 0) + count);
  const totals: GoroutineTotal[] = [...byFile].map(([file, count]) => ({
    count,
    place: { file, line: undefined },
  }));
  const counted = reading.counted('goroutines');
  if (counted !== undefined) totals.push({ count: counted.value, place: counted.at });
  for (const { value, at } of reading.metric('go_goroutines')) totals.push({ count: value, place: at });
  return totals.reduce<GoroutineTotal | undefined>(
    (most, total) => (most !== undefined && most.count >= total.count ? most : total),
    undefined,
  );
}

/**
 * Groups with the same functions are one: `debug=2` has each goroutine for itself. Most goroutines first.
 * @param isWanted which groups count
 */
export function joinGroups(
  { goroutines }: NodeEvidence,
  isWanted: (group: GoroutineGroup) => boolean,
): readonly GoroutineGroup[] {
  const groups = new Map<string, GoroutineGroup>();
  for (const group of goroutines) {
    if (!isWanted(group)) continue;
    const key = `${group.at.file}\n${group.frames.join('\n')}`;
    const same = groups.get(key);
    groups.set(
      key,
      same === undefined
        ? group
        : {
            ...same,
            count: same.count + group.count,
            waitSeconds: longer(same.waitSeconds, group.waitSeconds),
          },
    );
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

function longer(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

/** Dumps of the container runtime are posted beside those of the kubelet. */
const RUNTIME =
  /\b(?:docker\/docker|moby\/moby|docker\/swarmkit|containerd\/containerd|cri-o\/cri-o)\/(?:daemon|api|server|internal|pkg\/cri|cri|v2|core|libcontainerd|container)\b/u;
/** What serves the API, its store and scheduler; the kubelet's own server uses other packages of k8s.io/apiserver. */
const CONTROL_PLANE =
  /\bk8s\.io\/(?:apiserver\/pkg\/(?:server\/filters|endpoints\/handlers|storage|registry)|kube-aggregator|kubernetes\/pkg\/(?:controlplane|scheduler|registry))\b|\betcd(?:\/server)?\/(?:v3\/)?(?:etcdserver|mvcc|raft|server|storage)\b/u;
const LOCK_STATE = /^(?:semacquire|sync\.(?:RW)?Mutex\.R?Lock)/u;
const LOCK_FRAME =
  /^(?:internal\/)?sync\.(?:runtime_Semacquire(?:RW)?Mutex\w{0,10}|\(\*(?:RW)?Mutex\)\.(?:R?Lock|lockSlow|rLockSlow))$/u;
/** A WaitGroup waits by a semaphore, too, and that is no lock. */
const WAIT_GROUP = /^sync\.\(\*(?:WaitGroup|Cond)\)\.Wait$/u;

/** Whether the goroutines are of dockerd, containerd or CRI-O, not of the kubelet. */
export function isOfRuntime({ frames }: GoroutineGroup): boolean {
  return frames.some(frame => RUNTIME.test(frame));
}

/** Whether they are of the API server, etcd or the scheduler, whose dumps stand in posts about watches of kubelets. */
export function isOfControlPlane({ frames }: GoroutineGroup): boolean {
  return frames.some(frame => CONTROL_PLANE.test(frame));
}

export function waitsForLock({ state, frames }: GoroutineGroup): boolean {
  if (frames.some(frame => WAIT_GROUP.test(frame))) return false;
  return (
    (state !== undefined && LOCK_STATE.test(state)) ||
    frames.slice(0, 6).some(frame => LOCK_FRAME.test(frame))
  );
}

const LIBRARY = /^(?:runtime|sync|internal\/|time|context|reflect|net|io|bufio|os|syscall)(?:[/.]|$)/u;

/** The innermost function that is not Go's own: where the goroutine is in the program. */
export function ownFunction({ frames }: GoroutineGroup): string {
  return frames.find(frame => !LIBRARY.test(frame)) ?? frames[0] ?? '';
}
