/**
 * Profiles of a kubelet, through the API server's node proxy, as the bytes the kubelet sent. Checks that an answer is a
 * profile at all; what is in it, src/profile decides. Paths and gates: pkg/kubelet/server/server.go and Go's
 * net/http/pprof.
 */
import { TriageError } from '../../base/errors.js';
import { ANSWER_BYTES, ANSWER_SECONDS } from '../../base/limits.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { pathSegment } from '../http/objectName.js';
import type { KubeletProfileName, KubeletProfileRequest, KubeletProfiler } from '../clusterPorts.js';

/** The kubelet sends nothing until the window is over, and then it still has to write the profile. */
const IDLE_MARGIN_SECONDS = 60;

const TITLES: Readonly<Record<KubeletProfileName, string>> = {
  cpu: 'the CPU profile',
  heap: 'the heap profile',
  allocs: 'the profile of allocations',
  goroutine: 'the goroutine profile',
  block: 'the block profile',
  mutex: 'the mutex profile',
  threadcreate: 'the profile of thread creation',
  trace: 'the execution trace',
};

export class ProxyKubeletProfiler implements KubeletProfiler {
  constructor(private readonly door: ApiDoor) {}

  async fetchProfile(
    node: string,
    request: KubeletProfileRequest,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array> {
    const { path, windowSeconds } = profilePath(node, request);
    const what = TITLES[request.profile];
    const idleSeconds = windowSeconds + IDLE_MARGIN_SECONDS;
    const totalSeconds = windowSeconds + ANSWER_SECONDS.profileMargin;
    const limits = { maxBytes: ANSWER_BYTES.profile, onBytes };
    const bytes = await this.door.read({ path, what, node, idleSeconds, totalSeconds }, limits, signal);
    requireProfile(bytes, request.profile, node);
    return bytes;
  }
}

/** The node's proxy path; `path` begins with a slash. */
export function nodeProxyPath(node: string, path: string): string {
  return `/api/v1/nodes/${pathSegment(node)}/proxy${path}`;
}

function profilePath(node: string, request: KubeletProfileRequest): { path: string; windowSeconds: number } {
  const base = nodeProxyPath(node, '/debug/pprof/');
  if (request.profile !== 'cpu' && request.profile !== 'trace')
    // `seconds` would turn these into the difference of two moments (net/http/pprof, serveDeltaProfile).
    return { path: base + request.profile, windowSeconds: 0 };
  // pprof reads whole seconds, and takes 0 for its default of 30.
  const seconds = Math.max(1, Math.round(request.seconds));
  return {
    path: `${base}${request.profile === 'cpu' ? 'profile' : 'trace'}?seconds=${seconds}`,
    windowSeconds: seconds,
  };
}

/** A gateway's page with status 200, or an empty body, is no profile: said here, where node and cause are known. */
function requireProfile(bytes: Uint8Array, profile: KubeletProfileName, node: string): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 200));
  const isProfile =
    profile === 'trace' ? /^go 1\.\d+ trace\0/.test(start) : bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (isProfile) return;
  const found =
    bytes.length === 0 ? 'an empty answer' : /^\s*</.test(start) ? 'a web page' : 'something else';
  const text = start.replace(/[^\x20-\x7e]+/g, ' ').trim();
  throw new TriageError(
    'request-rejected',
    `Cannot read ${TITLES[profile]} of node ${node}: ${found} came instead, with status 200. ` +
      'A gateway between here and the kubelet may have answered; look at the log, then retry.',
    { node, facts: { status: 200, body: text } },
  );
}
