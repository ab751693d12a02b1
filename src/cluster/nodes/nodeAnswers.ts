/**
 * What the API server and the kubelet say of a node, as they send it, for triage. Paths: pkg/kubelet/server/server.go, and
 * for the log KEP-2258 (node log query). Reads; keeps and interprets nothing.
 */
import { TriageError } from '../../base/errors.js';
import { ANSWER_BYTES, ANSWER_COUNTS } from '../../base/limits.js';
import type { NodeAnswerName, NodeAnswers } from '../clusterPorts.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { pathSegment } from '../http/objectName.js';
import { nodeProxyPath } from './kubeletProfile.js';

interface Asked {
  readonly what: string;
  readonly path: (node: string) => string;
  readonly maxBytes: number;
}

const LIST = `limit=${ANSWER_COUNTS.nodeObjects}`;

const ASKED: Readonly<Record<NodeAnswerName, Asked>> = {
  node: {
    what: 'the node',
    path: node => `/api/v1/nodes/${pathSegment(node)}`,
    maxBytes: ANSWER_BYTES.object,
  },
  'node-events': {
    what: 'the Events of the node',
    path: node => `/api/v1/events?${fields(`involvedObject.kind=Node,involvedObject.name=${node}`)}&${LIST}`,
    maxBytes: ANSWER_BYTES.nodeObjects,
  },
  // Events cannot be selected by the node that they come from: the warnings of all pods are, and sorted out later.
  'pod-events': {
    what: 'the warnings about pods',
    path: () => `/api/v1/events?${fields('involvedObject.kind=Pod,type=Warning')}&${LIST}`,
    maxBytes: ANSWER_BYTES.nodeObjects,
  },
  pods: {
    what: 'the pods of the node',
    path: node => `/api/v1/pods?${fields(`spec.nodeName=${node}`)}&${LIST}`,
    maxBytes: ANSWER_BYTES.nodeObjects,
  },
  configz: kubelet('the configuration of the kubelet', '/configz'),
  metrics: { ...kubelet('the metrics of the kubelet', '/metrics'), maxBytes: ANSWER_BYTES.metrics },
  'metrics-cadvisor': {
    ...kubelet('the metrics of the containers', '/metrics/cadvisor'),
    maxBytes: ANSWER_BYTES.metrics,
  },
  'stats-summary': kubelet('the statistics of the node', '/stats/summary'),
  // Grouped by stack: one by one (debug=2) stops the kubelet for as long as they take to print.
  goroutines: kubelet('the goroutines of the kubelet', '/debug/pprof/goroutine?debug=1'),
  'kubelet-log': kubelet(
    'the log of the kubelet',
    `/logs/?query=kubelet&tailLines=${ANSWER_COUNTS.logLines}`,
  ),
};

function kubelet(what: string, path: string): Asked {
  return { what, path: node => nodeProxyPath(node, path), maxBytes: ANSWER_BYTES.kubeletAnswer };
}

function fields(selector: string): string {
  return `fieldSelector=${encodeURIComponent(selector)}`;
}

export class ApiNodeAnswers implements NodeAnswers {
  constructor(private readonly door: Pick<ApiDoor, 'read'>) {}

  async read(node: string, answer: NodeAnswerName, signal: AbortSignal): Promise<Uint8Array> {
    const { what, path, maxBytes } = ASKED[answer];
    const request = { path: path(node), what, node, acceptGzip: true };
    const bytes = await this.door.read(request, { maxBytes }, signal);
    if (answer === 'kubelet-log') requireLog(bytes, node);
    return bytes;
  }
}

/**
 * A kubelet without the log query (`enableSystemLogQuery`, off by default) answers the same path with a list of /var/log, a
 * page of links (net/http, FileServer).
 */
function requireLog(bytes: Uint8Array, node: string): void {
  const head = new TextDecoder().decode(bytes.subarray(0, 100));
  if (!/^\s*<(?:!doctype html|pre>)/iu.test(head)) return;
  throw new TriageError(
    'request-rejected',
    `The kubelet of node ${node} does not serve its log (enableSystemLogQuery is off).`,
    { node, facts: { status: 404, body: '' } },
  );
}
