/**
 * Calls to the container runtime that failed, as the kubelet's log and Events tell them: which, how, of what object; and
 * whether other calls worked meanwhile. Shared by the rules of one blocked call and of a silent runtime.
 */
import { statedHang, type StatedHang } from '../../../material/logs/statedHangs.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { told } from './told.js';

export interface CriFailure {
  /** As the CRI names it: `ListPodSandbox`. */
  readonly call: string;
  /** It asks for all, or for the runtime itself: one bad pod alone cannot make it fail. */
  readonly isOfAll: boolean;
  readonly how: 'timeout' | 'refused' | 'other';
  /** Container, sandbox or pod; undefined where the line names none. */
  readonly object: string | undefined;
  readonly said: Said;
}

/** pkg/kubelet/cri/remote (staging/src/k8s.io/cri-client since 1.31): `"NAME from runtime service failed" err=…`. */
const FAILED =
  /from (?:runtime|image) service failed|[Ff]ailed to get container status|(?:PodSandboxStatus of sandbox|ContainerStatus for|getPodContainerStatuses for) |GenericPLEG: Unable to retrieve pods|[Rr]untime sanity check failed|^(?:Container|Image)GCFailed\b|[Gg]arbage collection failed|[Ff]ailed to (?:list (?:all )?|monitor )(?:pods|containers|sandboxes|images)|Error listing (?:containers|images)|[Ff]ailed cleaning pods|[Ff]ailed to (?:stop|remove|kill) (?:pod |the )?(?:sandbox|container)|"(?:KillContainer|KillPodSandbox|StartContainer|CreatePodSandbox)\w*"/u;
/** crictl asks for the version before all else (cri-tools, cmd/crictl/main.go). */
const BY_HAND = /validate (?:service connection|CRI v1)/u;
const CALL =
  /\b(Version|Status|List(?:PodSandbox(?:Stats)?|Containers|ContainerStats|Images)|ImageFsInfo|ImageStatus|PullImage|RemoveImage|(?:Run|Stop|Remove)PodSandbox|PodSandboxStatus|PodSandboxStats|(?:Create|Start|Stop|Remove)Container|ContainerStats|ContainerStatus|ExecSync|UpdateContainerResources|UpdateRuntimeConfig|ReopenContainerLog)\b/u;
const OF_ALL = /^(?:Version|Status|List\w+|ImageFsInfo)$/u;
/** What lines without a call's name are of, in the words of the kubelet from 1.2 on. */
const BY_WORDS: readonly (readonly [words: RegExp, call: string])[] = [
  [/sanity check/u, 'Status'],
  [/validate (?:service|CRI)/u, 'Version'],
  [/get(?:PodC| c)ontainer ?[sS]tatus/u, 'ContainerStatus'],
  [/(?:stop|remove|kill) (?:pod |the )?sandbox|KillPodSandbox/u, 'StopPodSandbox'],
  [/(?:stop|remove|kill) (?:the )?container|KillContainer/u, 'StopContainer'],
  [/StartContainer/u, 'StartContainer'],
  [/CreatePodSandbox/u, 'RunPodSandbox'],
  [/[Ii]mage/u, 'ListImages'],
  [
    /[Ee]rror listing containers|list (?:all )?containers|ContainerGCFailed|[Cc]ontainer garbage/u,
    'ListContainers',
  ],
];
const TIMEOUT = /DeadlineExceeded|deadline exceeded|operation timeout|code = 4 |timed out/iu;
const REFUSED =
  /connection refused|code = Unavailable|no such file or directory|Cannot connect to the Docker/iu;
const ID = /(?<![0-9a-f])([0-9a-f]{64}|[0-9a-f]{12,13})(?![0-9a-f])/u;
const POD = /\bpod="?([\w.-]{1,253}\/[\w.-]{1,253})/u;

export function criFailures(evidence: NodeEvidence, reading: Reading): readonly CriFailure[] {
  // What crictl answers stands in a post without a log's head, or reads like a line of the runtime.
  const byHand = told(evidence, reading, BY_HAND, 'runtime');
  return [...told(evidence, reading, FAILED, 'kubelet'), ...byHand].map(said => {
    const call = callOf(said.text);
    return { call, isOfAll: OF_ALL.test(call), how: howOf(said.text), object: objectOf(said.text), said };
  });
}

function callOf(text: string): string {
  const named = CALL.exec(text)?.[1];
  if (named !== undefined) return named;
  return BY_WORDS.find(([words]) => words.test(text))?.[1] ?? 'ListPodSandbox';
}

function howOf(text: string): CriFailure['how'] {
  if (REFUSED.test(text)) return 'refused';
  return TIMEOUT.test(text) ? 'timeout' : 'other';
}

/** Of a container or sandbox its id, else the pod's name. */
export function objectOf(text: string): string | undefined {
  return ID.exec(text)?.[1]?.slice(0, 12) ?? POD.exec(text)?.[1];
}

const WORKED =
  /\bStarted container\b|returns successfully|returns (?:sandbox|container) id|ContainerStarted|SyncLoop \(PLEG\)|^(?:Started|Created): /u;

/**
 * Calls that the runtime answered while others failed: after the first failure and before the last, where lines have
 * times; any, where they have none.
 */
export function workedMeanwhile(reading: Reading, failures: readonly Said[]): readonly Said[] {
  const times = failures.flatMap(({ seconds }) => seconds ?? []);
  const worked = reading.said(WORKED, 'kubelet', 'runtime');
  if (times.length < 2) return worked.filter(({ seconds }) => seconds === undefined);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return worked.filter(({ seconds }) => seconds !== undefined && seconds > first && seconds < last);
}

const RUNTIME_NAMED = /\b(?:docker|crictl|ctr|nerdctl|containerd|cri-?o)/iu;

/** People who say that `docker ps` hangs, or that `docker inspect` of one container does. */
export function statedHangs(reading: Reading, what: StatedHang): readonly Said[] {
  return reading.said(RUNTIME_NAMED, 'unknown').filter(({ text }) => statedHang(text) === what);
}

const PLEG = /PLEG is not healthy/u;
/** Until the first relist has ended: what every kubelet says that starts. 2562047h is the largest Go duration. */
export const STARTING = /yet to be successful|2562047h/u;

/** The PLEG, too, of a kubelet that has just started, which a runtime that answers nothing keeps so. */
export function isPlegUnhealthy(evidence: NodeEvidence, reading: Reading): boolean {
  return told(evidence, reading, PLEG, 'kubelet').length > 0;
}

/** Relists that did not end for three minutes (relistThreshold of pkg/kubelet/pleg); a kubelet that starts is none. */
export function plegUnhealthy(evidence: NodeEvidence, reading: Reading): readonly Said[] {
  return told(evidence, reading, PLEG, 'kubelet').filter(({ text }) => !STARTING.test(text));
}
