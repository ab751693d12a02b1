/**
 * Tables of `kubectl get pods`, plain, `-A` and `-o wide`: phase and restarts. A table says nothing of probes and volumes:
 * rows have none, which is not that a pod has none.
 */
import type { Counted, Found, MaterialText, PodFacts, TextReader } from '../model.js';
import { unquoted } from '../text/quotedLine.js';

export const podTablesReader: TextReader = { name: 'kubectl get pods', read: readPodTables };

const MOST_PODS = 100_000;

/** `[NAMESPACE] NAME READY STATUS RESTARTS AGE [IP NODE …]`; restarts since 1.22 with `(3m ago)`. */
const POD_ROW =
  /^(?:([a-z\d][a-z\d-]{0,62})\s+)?([a-z\d][\w.-]{0,252})\s+\d{1,3}\/\d{1,3}\s+([A-Z][A-Za-z:\d/]{2,40})\s+(\d{1,7})(?: \(\S{1,12} ago\))?\s+(?:\d[\dsmhdwy]{1,12}|<invalid>|<unknown>)(?:\s+(?:[\d.:a-f]{2,45}|<none>)\s+(\S{1,253}))?(?:\s|$)/u;

function readPodTables({ file, lines }: MaterialText): Found {
  const pods: PodFacts[] = [];
  const nodes = new Set<string>();
  for (const [index, raw] of lines.entries()) {
    const match = POD_ROW.exec(unquoted(raw));
    if (match === null || pods.length >= MOST_PODS) continue;
    const [, namespace, name = '', phase, restarts, node = ''] = match;
    nodes.add(node);
    pods.push({
      at: { file, line: index + 1 },
      namespace,
      name,
      phase,
      restarts: Number(restarts),
      execProbes: [],
      httpProbes: 0,
      secretAndConfigMapVolumes: 0,
      claims: 0,
    });
  }
  return { pods, counted: countOfOneNode(pods, nodes) };
}

/** A table without nodes, or of several, is a cluster's or a cut. */
function countOfOneNode(pods: readonly PodFacts[], nodes: ReadonlySet<string>): readonly Counted[] {
  const [first] = pods;
  if (first === undefined || nodes.size !== 1 || nodes.has('') || pods.length < 2) return [];
  const value = pods.filter(({ phase }) => phase !== 'Completed' && phase !== 'Evicted').length;
  return [{ at: first.at, thing: 'pods', value, note: 'kubectl get pods -o wide' }];
}
