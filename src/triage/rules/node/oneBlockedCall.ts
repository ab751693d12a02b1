/**
 * Signs that one call to the container runtime hangs while the runtime works: the same pod again and again at the pace of
 * the kubelet's time limit, a CNI plugin that does not end, a goroutine that waits for one container.
 */
import { sentence } from '../../../base/sentence.js';
import type { GoroutineGroup, NodeEvidence, ProcessRow } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { quotedFrom } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { silentNfsServers } from './blockedTasks.js';
import { objectOf, type CriFailure } from './criCalls.js';
import { steadyPeriod, timesOf, told } from './told.js';

const LATE = /DeadlineExceeded|deadline exceeded|operation timeout|timed out/iu;
const REINSPECTION = /failed reinspection|[Uu]nable to retrieve pod status|error determining status/u;
const MEAN_PACE_SECONDS = 30;

/** `PLEG: pod failed reinspection` with a deadline: relist waited the whole limit for this pod, and again. */
export function reinspections(evidence: NodeEvidence, reading: Reading): readonly Said[] {
  return told(evidence, reading, REINSPECTION, 'kubelet').filter(({ text }) => LATE.test(text));
}

/** With `2 x runtimeRequestTimeout`, where the pace is that. */
export function paceFrom(said: readonly Said[], reading: Reading): RuleEvidence | undefined {
  const period = steadyPeriod(said);
  if (period === undefined || period.seconds < MEAN_PACE_SECONDS) return undefined;
  const limit = secondsOf(reading.setting('runtimeRequestTimeout')) ?? DEFAULT_LIMIT_SECONDS;
  const isOfLimit = [1, 2].find(times => Math.abs(period.seconds - times * limit) <= limit * NEAR_LIMIT);
  const text =
    isOfLimit === undefined ? 'at a steady pace' : `${isOfLimit.toString()} x runtimeRequestTimeout`;
  return observed(
    sentence('It comes each {0} s, {1} times in a row: {2}', Math.round(period.seconds), period.gaps, text),
    {
      value: period.seconds,
      unit: 'seconds',
      threshold: sentence(
        'a wait into the limit twice is {0} s; what is merely slow has no steady pace',
        2 * limit,
      ),
      place: said[0]?.at,
    },
  );
}

/** Of the kubelet since 1.10 (`runtimeRequestTimeout`). */
const DEFAULT_LIMIT_SECONDS = 120;
const NEAR_LIMIT = 0.1;

/** Go durations as /configz prints them: `2m0s`, `15m`, `90s`. */
function secondsOf(duration: string | undefined): number | undefined {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?$/u.exec(duration ?? '');
  if (match === null) return undefined;
  const seconds = Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return seconds > 0 ? seconds : undefined;
}

const OLD_SECONDS = 600;
/** By the folder of plugins, or the names of those that are met alone in a table without paths. */
const CNI_BINARY =
  /(?:^|\/)cni\/bin\/(?!\S{0,60}(?:install|daemon|telemetry|agent))\S|^\[?(?:calico|calico-ipam|flannel|aws-cni|cilium-cni|multus|multus-shim|weave-net|azure-vnet|azure-vnet-ipam|host-local|portmap|bandwidth|loopback|whereabouts|ovn-k8s-cni-overlay|antrea-cni|terway|kube-ovn)(?:\]|\s|$)/u;
const OCI_RUNTIME = /^(?:\/\S{0,100}\/)?(?:runc|crun|nvidia-container-runtime)(?:\s|$)/u;
const OCI_STEP = /\s(?:delete|kill|state|create|start|init|exec|events|ps|update)(?:\s|$)/u;

/** A plugin or an OCI runtime that should have ended after seconds. */
export function oldHelper(
  reading: Reading,
): { readonly evidence: RuleEvidence; readonly isCni: boolean } | undefined {
  const isOld = ({ ageSeconds }: ProcessRow): boolean => (ageSeconds ?? 0) >= OLD_SECONDS;
  const [cni] = reading.processes(CNI_BINARY).filter(isOld);
  const [oci] = reading.processes(OCI_RUNTIME).filter(row => isOld(row) && OCI_STEP.test(row.command));
  const row = cni ?? oci;
  if (row?.ageSeconds === undefined) return undefined;
  const evidence = observed(
    sentence('{0} has been running for {1} min', row.command.slice(0, 120), Math.round(row.ageSeconds / 60)),
    {
      value: row.ageSeconds,
      unit: 'seconds',
      threshold: sentence('from {0} min on; it ends within seconds', OLD_SECONDS / 60),
      place: row.at,
    },
  );
  return { evidence, isCni: cni !== undefined };
}

const RELIST = /GenericPLEG\)\.[rR]elist|pleg\.\(\*\w+\)\.[rR]elist/u;
const ONE_STATUS =
  /\.(?:PodSandboxStatus|ContainerStatus|GetPodStatus|getPodContainerStatuses|updateCache|StopPodSandbox|RemovePodSandbox)\b/u;
const CALLS_OUT = /grpc\.\(\*ClientConn\)\.Invoke|grpc\.invoke|\(\*[rR]emoteRuntimeService\)|dockershim/u;
/** Locks of one container in dockerd, and steps of one sandbox in containerd. */
const CONTAINER_LOCK =
  /docker\/daemon\.\(\*Daemon\)\.(?:ContainerInspect\w*|containerStart|ContainerStart|ContainerStop|containerStop|ContainerRm|cleanupContainer|ProcessEvent)|cri\/(?:pkg\/)?(?:server|sbserver)\.\(\*criService\)\.(?:teardownPodNetwork|setupPodNetwork|stopPodSandbox|StopPodSandbox|RunPodSandbox|stopContainer)|cri-o\/\S{0,80}\.\(\*Server\)\.(?:networkStart|networkStop|stopPodSandbox)/u;
const WAITS = /^(?:semacquire|sync\.Mutex\.Lock|sync\.RWMutex|chan receive|select|IO wait|syscall)/u;
const LONG_WAIT_SECONDS = 120;

const MUTEX = /^sync\.\(\*(?:RW)?Mutex\)\.R?Lock/u;
/** A kubelet asks each second or so: those of one moment are a few. */
const LEAST_QUEUED = 50;

/** A queue before the lock of one container, in a dump that tells no times. */
function queuedGoroutines({ goroutines }: NodeEvidence): RuleEvidence | undefined {
  const queued = goroutines.find(
    ({ count, waitSeconds, frames }) =>
      waitSeconds === undefined &&
      count >= LEAST_QUEUED &&
      frames.some(name => MUTEX.test(name)) &&
      frames.some(name => CONTAINER_LOCK.test(name)),
  );
  if (queued === undefined) return undefined;
  const frame = queued.frames.find(name => CONTAINER_LOCK.test(name)) ?? '';
  return observed(sentence('{0} goroutines wait for a lock in {1}', queued.count, frame), {
    value: queued.count,
    unit: 'count',
    threshold: sentence('from {0} at once on', LEAST_QUEUED),
    place: queued.at,
  });
}

/** A goroutine that waits for minutes in a call of one container, or very many that wait for its lock. */
export function waitingGoroutine(evidence: NodeEvidence): RuleEvidence | undefined {
  return longWaitingGoroutine(evidence) ?? queuedGoroutines(evidence);
}

function longWaitingGoroutine({ goroutines }: NodeEvidence): RuleEvidence | undefined {
  const waiting = goroutines
    .filter(isBlockedInOneCall)
    .sort((a, b) => (b.waitSeconds ?? 0) - (a.waitSeconds ?? 0))[0];
  if (waiting === undefined) return undefined;
  const seconds = waiting.waitSeconds ?? 0;
  const frame = waiting.frames.find(name => ONE_STATUS.test(name) || CONTAINER_LOCK.test(name)) ?? '';
  return observed(
    sentence(
      '{0} goroutines wait in {1}, the longest for {2} min',
      waiting.count,
      frame,
      Math.round(seconds / 60),
    ),
    {
      value: seconds,
      unit: 'seconds',
      threshold: sentence('from {0} s on; the call takes milliseconds', LONG_WAIT_SECONDS),
      place: waiting.at,
    },
  );
}

function isBlockedInOneCall({ waitSeconds, state, frames }: GoroutineGroup): boolean {
  if ((waitSeconds ?? 0) < LONG_WAIT_SECONDS || (state !== undefined && !WAITS.test(state))) return false;
  return frames.some(name => CONTAINER_LOCK.test(name)) || isRelistInOneCall(frames);
}

function isRelistInOneCall(frames: readonly string[]): boolean {
  return [RELIST, ONE_STATUS, CALLS_OUT].every(pattern => frames.some(name => pattern.test(name)));
}

/** debug=1 tells no times: a relist that asks for one pod, which one with many pods does for most of its time, too. */
export function askingGoroutine({ goroutines }: NodeEvidence): RuleEvidence | undefined {
  const asking = goroutines.find(
    ({ waitSeconds, state, frames }) =>
      waitSeconds === undefined && state === undefined && isRelistInOneCall(frames),
  );
  if (asking === undefined) return undefined;
  const frame = asking.frames.find(name => ONE_STATUS.test(name)) ?? '';
  return observed(sentence('At the time of the dump the relist waited in {0}', frame), { place: asking.at });
}

/** Calls that answer within milliseconds; streams, pulls and commands in containers may take their time. */
const QUICK_CALL =
  /\(\*(?:remoteRuntimeService|remoteImageService|runtimeServiceClient|imageServiceClient)\)\.((?:List(?:ContainerStats|PodSandboxStats|Containers|PodSandbox|Images)|ContainerStats|PodSandboxStats|ContainerStatus|PodSandboxStatus|Status|Version|ImageFsInfo)\w{0,10})$/u;
const MANY_CALLS = 20;
/** How long they wait is not known without states: of a call that takes milliseconds there are never so many at once. */
const VERY_MANY_CALLS = 200;

/** Goroutines pile up in one call of the runtime that each of them waits for. */
export function piledUpCalls(evidence: NodeEvidence): RuleEvidence | undefined {
  const isLong = ({ waitSeconds }: GoroutineGroup): boolean => (waitSeconds ?? 0) >= LONG_WAIT_SECONDS;
  const calling = evidence.goroutines.flatMap(group => {
    const call = group.frames.map(name => QUICK_CALL.exec(name)?.[1]).find(name => name !== undefined);
    return call === undefined || !(isLong(group) || group.state === undefined) ? [] : [{ group, call }];
  });
  const counts = new Map<string, number>();
  for (const { group, call } of calling) counts.set(call, (counts.get(call) ?? 0) + group.count);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const first = calling.find(({ call }) => call === most?.[0])?.group;
  if (most === undefined || first === undefined) return undefined;
  const least = first.state === undefined ? VERY_MANY_CALLS : MANY_CALLS;
  if (most[1] < least) return undefined;
  return observed(sentence('{0} goroutines wait for the answer of {1}', most[1], most[0]), {
    value: most[1],
    unit: 'count',
    threshold: sentence('from {0} on; the call takes milliseconds', least),
    place: first.at,
  });
}

const LEAST_REPEATS = 2;
/** Beyond it the runtime or its disk is slow, not one container stuck. */
const MOST_OBJECTS = 3;

export interface SameObject {
  readonly evidence: RuleEvidence;
  readonly said: readonly Said[];
  /** All that failed are a few. */
  readonly isAlone: boolean;
  /** It failed at least twice. */
  readonly isRepeated: boolean;
}

const OF_ONE =
  /get state for|failed to (?:kill|stop|handle) .{0,60}(?:container|sandbox)|shim.{0,80}deadline exceeded|\bttrpc\b|networkPlugin cni failed|failed to (?:set ?up|destroy|tear ?down) (?:pod )?network/u;

/** Probes run into limits of their own, and pulls wait for a registry. */
const ANOTHERS = /^(?:ExecSync|PullImage)$/u;
const ANOTHERS_WORDS = /ImagePull|CrashLoopBackOff|[Pp]robe|toomanyrequests|TLS handshake/u;

function isOfOneObject({ isOfAll, how, call, said }: CriFailure): boolean {
  return !isOfAll && how === 'timeout' && !ANOTHERS.test(call) && !ANOTHERS_WORDS.test(said.text);
}

/** The same container, sandbox or pod ran into the limit, and few others did. */
export function sameObject(
  evidence: NodeEvidence,
  reading: Reading,
  failures: readonly CriFailure[],
): SameObject | undefined {
  const late = [
    ...failures.filter(isOfOneObject).map(({ said }) => said),
    ...told(evidence, reading, OF_ONE, 'runtime', 'kubelet').filter(({ text }) => LATE.test(text)),
    ...reinspections(evidence, reading),
  ];
  const byObject = new Map<string, Said[]>();
  for (const said of late) {
    const object = objectOf(said.text);
    if (object === undefined) continue;
    const known = byObject.get(object);
    if (known === undefined) byObject.set(object, [said]);
    else if (!known.some(({ at }) => at === said.at)) known.push(said);
  }
  const [most] = [...byObject.values()].sort((a, b) => timesOf(b) - timesOf(a));
  const quoted = most === undefined ? undefined : quotedFrom(most);
  if (most === undefined || quoted === undefined) return undefined;
  return {
    evidence: quoted,
    said: most,
    isAlone: byObject.size <= MOST_OBJECTS,
    isRepeated: timesOf(most) >= LEAST_REPEATS,
  };
}

export function silentNfs(reading: Reading): RuleEvidence | undefined {
  const [server] = silentNfsServers(reading);
  if (server === undefined) return undefined;
  return observed(sentence('The NFS server {0} does not respond, and has not come back', server.server), {
    place: server.at,
  });
}
