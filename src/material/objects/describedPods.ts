/** `kubectl describe pod`: probes with their period, restarts, what is mounted. Events below it are eventTables.ts's. */
import type { Found, MaterialText, Place, PodFacts, TextReader } from '../model.js';
import { durationSeconds } from '../text/durations.js';
import { unquoted } from '../text/quotedLine.js';

export const describedPodsReader: TextReader = { name: 'kubectl describe pod', read: readDescribedPods };

const MOST_PODS = 10_000;
const MOST_PROBES = 1_000;

/** `Liveness:   exec [/bin/true] delay=30s timeout=5s period=30s #success=1 #failure=3`. */
const PROBE = /^(?:Liveness|Readiness|Startup):\s{1,20}(exec|http-get|tcp-socket|grpc)\b/u;
const FIELD = /^(Namespace|Status|Restart Count):\s{1,40}(\S{1,253})$/u;
const PERIOD = /\bperiod=(\d\S{0,12})/u;
const VOLUME = /^Type:\s{1,20}(Secret|ConfigMap|PersistentVolumeClaim|EphemeralVolume)\b/u;

interface OpenPod {
  readonly at: Place;
  readonly name: string;
  namespace: string | undefined;
  phase: string | undefined;
  restarts: number | undefined;
  readonly execProbes: { readonly periodSeconds: number }[];
  httpProbes: number;
  secretAndConfigMapVolumes: number;
  claims: number;
}

function readDescribedPods({ file, lines }: MaterialText): Found {
  const pods: OpenPod[] = [];
  let open: OpenPod | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = unquoted(raw);
    const name = /^Name:\s{1,40}(\S{1,253})$/u.exec(line)?.[1];
    // Volumes have names, too, and stand deeper.
    if (name !== undefined && !raw.startsWith(' ')) open = newPod(name, { file, line: index + 1 });
    if (open !== undefined) readLine(line, open);
    if (open !== undefined && open !== pods.at(-1) && isOfPod(open) && pods.length < MOST_PODS)
      pods.push(open);
  }
  return { pods: pods satisfies readonly PodFacts[] };
}

function newPod(name: string, at: Place): OpenPod {
  return {
    at,
    name,
    namespace: undefined,
    phase: undefined,
    restarts: undefined,
    execProbes: [],
    httpProbes: 0,
    secretAndConfigMapVolumes: 0,
    claims: 0,
  };
}

/** Nodes and other objects have none of it. */
function isOfPod({ restarts, execProbes, httpProbes }: OpenPod): boolean {
  return restarts !== undefined || execProbes.length > 0 || httpProbes > 0;
}

function readLine(line: string, pod: OpenPod): void {
  const [, field, value = ''] = FIELD.exec(line) ?? [];
  if (field !== undefined) readField(field, value, pod);
  const [, probe] = PROBE.exec(line) ?? [];
  if (probe === 'http-get') pod.httpProbes++;
  else if (probe === 'exec' && pod.execProbes.length < MOST_PROBES)
    pod.execProbes.push({ periodSeconds: periodOf(line) });
  const [, volume] = VOLUME.exec(line) ?? [];
  if (volume === 'Secret' || volume === 'ConfigMap') pod.secretAndConfigMapVolumes++;
  else if (volume !== undefined) pod.claims++;
}

/** The API's default where a post cut it. */
function periodOf(line: string): number {
  return durationSeconds(PERIOD.exec(line)?.[1] ?? '') ?? 10;
}

function readField(name: string, value: string, pod: OpenPod): void {
  if (name === 'Namespace') pod.namespace = value;
  else if (name === 'Status') pod.phase = value;
  else if (/^\d{1,9}$/u.test(value)) pod.restarts = (pod.restarts ?? 0) + Number(value);
}
