/** A connection to the API server is dead and stays in the client's pool: the node is NotReady with an idle kubelet. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, quotedFrom } from '../../observations.js';
import type { Reading, Said } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { idleKubeletRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const CLOSED = /use of closed network connection/u;
/** An exec or a port-forward that ends says the same words: a call of the API is asked for. */
const API_CALL =
  /\/apis?\/|node status|node lease|[Ll]ease\b|getting node|list-?watch|\*v1\.(?:Node|Pod|Service|Secret|ConfigMap)/u;
const HEARTBEAT = /node status|node lease|\/leases\/|\/api\/v1\/nodes\//u;
/** ETIMEDOUT of a read: the kernel sent again for some 15 min (tcp_retries2) and gave up. A dial gives up after 2 min. */
const GIVEN_UP = /\bread tcp \S{1,100}->\S{1,100}: read: connection timed out/u;
const OTHER_FAILURE =
  /(?:node status|node lease|\/leases\/|\/api\/v1\/nodes\/).{0,400}(?:connection refused|no route to host|i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|context deadline exceeded|connection reset by peer)/u;
const MANY = 3;

export const apiserverConnectionStuck: Rule = {
  id: 'apiserver-connection-stuck',
  title: 'A dead connection to the API server stays in use',
  severity: 'high',
  requires: ['kubelet-log'],
  mechanism:
    'The HTTP/2 client of Go keeps one connection and takes a closed one from its pool again, so that every call fails at once with "use of closed network connection"; or, where the other end went without a word (a load balancer, a master without power), waits until the kernel gives up after some 15 min. Leases and node status are not renewed and the node stays NotReady until the kubelet is restarted, while its containers run on.',
  confirm:
    'journalctl -u kubelet --since -30min | grep -c "use of closed network connection"; ss -tnp state established | grep kubelet',
  mitigation: {
    text: 'Restart the kubelet; pods keep running.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'Kubernetes 1.20 and later, whose client checks the health of HTTP/2 connections (golang/go#31643).',
  references: [
    thread('kubernetes/kubernetes', 87615),
    thread('kubernetes/kubernetes', 92164),
    thread('kubernetes/kubernetes', 91963),
    thread('kubernetes/kubernetes', 74302),
    thread('golang/go', 39750),
    thread('golang/go', 31643),
  ],
  rivals: ['kubelet-client-throttling', 'lock-contention', 'memcg-stat-v1-zombies', 'node-cpu-starved'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const said = reading.said(CLOSED, 'kubelet').filter(({ text }) => API_CALL.test(text));
  const times = said.reduce((sum, one) => sum + one.times, 0);
  const heartbeats = said.filter(({ text }) => HEARTBEAT.test(text));
  const other = reading.said(OTHER_FAILURE, 'kubelet').length;
  const [first] = [...heartbeats, ...said];
  const text = first === undefined ? undefined : asEvidence(first, times, heartbeats.length);
  const halfOpen = halfOpenFrom(reading);
  const isOfHeartbeats = halfOpen !== undefined || (heartbeats.length > 0 && times >= other);
  // Where the API server cannot be reached at all, closed connections are what is left of open ones.
  const isSure = times >= MANY && heartbeats.length > 0 && times >= other;
  return judgeSigns(
    {
      burn: { kind: 'unseen' },
      sure: isSure ? present(text) : [],
      hints: withSilence(evidence, present(isSure ? undefined : text, halfOpen)),
    },
    {
      what: 'A dead connection',
      rivals: rivals(evidence, reading),
      settle: sentence(
        'Does it go on for minutes, while curl -k https://APISERVER/readyz answers from the node? Then it is the connection.',
      ),
      isDecisive: isSure && reading.kubeletAtLeast(1, 20) !== true,
      // A post quotes one line of many; one among other failures says little.
      hintConfidence: times >= MANY || isOfHeartbeats ? 'medium' : 'low',
      without: clear('The log does not say that calls of the API server used a closed connection.'),
    },
  );
}

function withSilence(evidence: NodeEvidence, hints: readonly RuleEvidence[]): readonly RuleEvidence[] {
  return hints.length === 0 ? [] : present(...hints, silent(evidence));
}

/** From 1.20 on the client asks an idle connection within 45 s whether it lives. */
function halfOpenFrom(reading: Reading): RuleEvidence | undefined {
  if (reading.kubeletAtLeast(1, 20) === true) return undefined;
  return quotedFrom(reading.said(GIVEN_UP, 'kubelet').filter(({ text }) => HEARTBEAT.test(text)));
}

function asEvidence(first: Said, times: number, heartbeats: number): RuleEvidence {
  return observed(
    sentence(
      'Calls of the API server that failed with "use of closed network connection": {0}, of them for node status or lease: {1}',
      times,
      heartbeats,
    ),
    {
      value: times,
      unit: 'count',
      threshold: sentence('from {0} on: a connection that is closed once is opened anew', MANY),
      place: first.at,
    },
  );
}

function silent({ conditions }: NodeEvidence): RuleEvidence | undefined {
  const condition = conditions.find(
    ({ status, message }) => status === 'Unknown' && /stopped posting/u.test(message ?? ''),
  );
  if (condition === undefined) return undefined;
  return observed(sentence('The condition {0} is Unknown: {1}', condition.type, condition.message ?? ''), {
    place: condition.at,
  });
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const ioOrCpu = evidence.cpu.some(({ idle }) => idle !== undefined && idle > 0.3);
  return [
    refuted('kubelet-client-throttling', 'The calls fail at once; they do not wait.'),
    idleKubeletRival(reading, 'lock-contention', 'contention'),
    idleKubeletRival(reading, 'memcg-stat-v1-zombies', 'reading memory.stat'),
    ioOrCpu
      ? refuted('node-cpu-starved', 'The CPUs of the node are idle for a third of the time or more.')
      : open('node-cpu-starved', 'A node without CPU misses heartbeats, too: vmstat 1 5.'),
  ];
}
