/**
 * Signs that the container runtime as a whole does not answer, apart from one call that hangs: its socket refuses, its
 * Status fails, its process is stopped or its service ended, calls that ask for all run into their time limit.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { present, quotedFrom } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { criFailures, STARTING, statedHangs, workedMeanwhile, type CriFailure } from './criCalls.js';
import { spanOf, timesOf, told } from './told.js';

export interface RuntimeSilence {
  /** The socket refuses, again and again. */
  readonly refused: RuleEvidence | undefined;
  /** It refused once or twice: a restart, or a question by hand. */
  readonly refusedOnce: RuleEvidence | undefined;
  /** What there is of the log is too short to tell a restart from an end. */
  readonly isExcerpt: boolean;
  /** The kubelet says that Status failed for 30 s and more (maxWaitForContainerRuntime). */
  readonly down: RuleEvidence | undefined;
  /** Its service ended, or its process is stopped. */
  readonly dead: RuleEvidence | undefined;
  /** Several calls of all ran into their limit. */
  readonly timeouts: RuleEvidence | undefined;
  /** A person asked it by hand and says that it does not answer. */
  readonly stated: RuleEvidence | undefined;
  /** What it answered meanwhile. */
  readonly worked: readonly Said[];
  readonly failures: readonly CriFailure[];
}

const REFUSING =
  /connection refused|code = Unavailable|no such file or directory|Cannot connect to the Docker/iu;
const OF_RUNTIME =
  /\b(?:containerd|docker|dockershim|cri-dockerd|crio|frakti)\.sock\b|Docker daemon|from (?:runtime|image) service failed|[Cc]ontainer runtime|validate service connection|validate CRI/u;
/** A kubelet that starts before its runtime meets a few. */
const LEAST_REFUSED = 3;
const MOMENT_SECONDS = 20;

const DOWN =
  /[Cc]ontainer runtime (?:is down|is not responding)|runtime service not ready|RuntimeReady=false|[Cc]ontainer runtime not ready: |ContainerRuntimeUnhealthy|ContainerdUnhealthy|CRI service .{0,40}unhealthy/u;
/** The network's readiness is reported beside the runtime's, and is a matter of the CNI plugin. */
const NETWORK_ONLY = /NetworkReady=false|NetworkPluginNotReady/u;
const RUNTIME_FALSE = /RuntimeReady=false|is down|not responding|Unhealthy|service not ready/u;
/** Longer than any start takes. */
const LONG_SECONDS = 60;

const DEAD =
  /\b(?:containerd|docker|dockerd|crio|cri-o|cri-docker|cri-dockerd)\.service: (?:Main process exited|Failed with result|Start request repeated|[Ss]tart operation timed out|State '[\w-]+' timed out|Watchdog timeout|Unit entered failed|Entered failed|Killing process)|Failed to start (?:containerd|Docker|CRI-O|Container Runtime)|(?:fatal error|panic): .{0,80}(?:containerd|deadlock)/u;
const RUNTIME_PROCESS = /(?:^|\/)(?:containerd|dockerd|crio|cri-dockerd)(?:\s|$)/u;
const COLLECTION = /GCFailed|[Gg]arbage collection/u;
const LEAST_CALLS_OF_ALL = 2;
const LEAST_TIMEOUTS = 3;

export function runtimeSilence(evidence: NodeEvidence, reading: Reading): RuntimeSilence {
  const failures = criFailures(evidence, reading);
  const refused = refusedBy(evidence, reading);
  const isExcerpt = isOfAMoment(evidence, refused);
  return {
    refused: refusedFrom(refused),
    refusedOnce: spanOf(refused) === undefined || isExcerpt ? quotedFrom(refused) : undefined,
    isExcerpt,
    down: downFrom(evidence, reading),
    dead: deadFrom(evidence, reading),
    timeouts: timeoutsFrom(failures),
    stated: quotedFrom(statedHangs(reading, 'all')),
    worked: workedMeanwhile(
      reading,
      failures.map(({ said }) => said),
    ),
    failures,
  };
}

/** The runtime's own words or state say it: no single call could. */
export function isSilent({ refused, down, dead, timeouts, worked }: RuntimeSilence): boolean {
  return present(refused, down, dead).length > 0 || (timeouts !== undefined && worked.length === 0);
}

function refusedBy(evidence: NodeEvidence, reading: Reading): readonly Said[] {
  return told(evidence, reading, REFUSING, 'kubelet', 'runtime').filter(({ text }) => OF_RUNTIME.test(text));
}

/** A post of a few lines: neither the runtime's return nor its absence for long can be seen in it. */
function isOfAMoment({ log }: NodeEvidence, said: readonly Said[]): boolean {
  const span = spanOf(said);
  const files = new Set(said.map(({ at }) => at.file));
  const seconds = log.flatMap(line => (files.has(line.at.file) ? (line.seconds ?? []) : []));
  if (span === undefined || seconds.length === 0) return false;
  const [first, last] = seconds.reduce(
    ([least, most], one) => [Math.min(least, one), Math.max(most, one)],
    [Infinity, -Infinity],
  );
  return last - first < MOMENT_SECONDS;
}

function refusedFrom(said: readonly Said[]): RuleEvidence | undefined {
  const span = spanOf(said);
  if (span !== undefined && span < MOMENT_SECONDS) return undefined;
  return quotedFrom(said, LEAST_REFUSED);
}

function downFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const said = told(evidence, reading, DOWN, 'kubelet').filter(
    ({ text }) => !NETWORK_ONLY.test(text) || RUNTIME_FALSE.test(text),
  );
  const running = said.filter(({ text }) => !STARTING.test(text));
  if (running.length > 0) return quotedFrom(running);
  return (spanOf(said) ?? 0) >= LONG_SECONDS ? quotedFrom(said) : undefined;
}

function deadFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const stopped = reading
    .processes(RUNTIME_PROCESS)
    .find(({ state }) => state !== undefined && /^[TtZ]/u.test(state));
  if (stopped !== undefined)
    return observed(sentence('The process {0} is in state {1}', stopped.command, stopped.state ?? ''), {
      threshold: sentence('T is stopped, Z has ended; a runtime that works is in S or R'),
      place: stopped.at,
    });
  return quotedFrom(told(evidence, reading, DEAD, 'systemd', 'runtime'));
}

/** Distinct calls of all: `ListPodSandbox` and `Status`, not one of them ten times. */
function timeoutsFrom(failures: readonly CriFailure[]): RuleEvidence | undefined {
  const late = failures.filter(({ isOfAll, how }) => isOfAll && how === 'timeout');
  const calls = [...new Set(late.map(({ call }) => call))];
  // Those of one container count, too, once the runtime as a whole was late twice.
  const times = timesOf(failures.filter(({ how }) => how === 'timeout').map(({ said }) => said));
  if (calls.length < LEAST_CALLS_OF_ALL || times < LEAST_TIMEOUTS) return undefined;
  // Both collections and nothing else: what a slow disk does, too, which its own rule says.
  if (late.every(({ said }) => COLLECTION.test(said.text))) return undefined;
  return observed(sentence('{0} calls ran into their time limit, {1} among them', times, calls.join(', ')), {
    value: times,
    unit: 'count',
    threshold: sentence(
      'from {0} on, of {1} different calls that ask for all',
      LEAST_TIMEOUTS,
      LEAST_CALLS_OF_ALL,
    ),
    place: late[0]?.said.at,
  });
}
